"""Make and take away codes, one or many."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from storefront.discounts.codes import LONGEST, clean_code, make_code
from storefront.discounts.errors import CodeTaken, DiscountNotFound, DiscountRefused
from storefront.discounts.models import DiscountCode, Promotion

MOST_AT_ONCE = 500
MOST_IN_ALL = 20_000
SHORTEST_CHANCE, LONGEST_CHANCE = 6, 16


def add_code(*, promotion_id: int, text: str, limit_count: int | None, now: datetime) -> DiscountCode:
    """Give a promotion a code that people can say; how often it is used is limited by the promotion, and here.

    Raises: DiscountRefused, CodeTaken, DiscountNotFound.
    """
    code = clean_code(text)
    if len(code) < 3:
        raise DiscountRefused(
            _("A code has 3 to %(most)s letters or digits, without spaces, such as WELCOME10.") % {"most": LONGEST},
            field="code",
        )
    with transaction.atomic():
        promotion = _lock(promotion_id)
        try:
            with transaction.atomic():
                return DiscountCode.objects.create(
                    promotion=promotion, code=code, limit_count=limit_count, created_at=now
                )
        except IntegrityError as error:
            raise CodeTaken(
                _("“%(code)s” is a code already. Choose another one.") % {"code": code}, field="code"
            ) from error


def make_codes(*, promotion_id: int, count: int, prefix: str = "", length: int = 8, now: datetime) -> list[str]:
    """Make so many codes at once that work once each, and return them. At most 500 at a time, in two queries.

    Raises: DiscountRefused, DiscountNotFound.
    """
    start = clean_code(prefix) if prefix.strip() else ""
    if (prefix.strip() and not start) or len(start) + length > LONGEST:
        raise DiscountRefused(_("A beginning has letters and digits, at most 20 of them."), field="prefix")
    if not 1 <= count <= MOST_AT_ONCE:
        raise DiscountRefused(_("Make between 1 and %(most)s codes at a time.") % {"most": MOST_AT_ONCE}, field="count")
    if not SHORTEST_CHANCE <= length <= LONGEST_CHANCE:
        raise DiscountRefused(_("Codes by chance have 6 to 16 letters."), field="length")
    with transaction.atomic():
        promotion = _lock(promotion_id)
        if promotion.codes.count() + count > MOST_IN_ALL:
            raise DiscountRefused(_("A discount has at most %(most)s codes.") % {"most": MOST_IN_ALL}, field="count")
        made: set[str] = set()
        while len(made) < count:
            fresh = {make_code(start, length) for _number in range(count - len(made))} - made
            rows = [DiscountCode(promotion=promotion, code=code, limit_count=1, created_at=now) for code in fresh]
            DiscountCode.objects.bulk_create(rows, ignore_conflicts=True)
            mine = DiscountCode.objects.filter(promotion=promotion, code__in=fresh, created_at=now)
            made |= set(mine.values_list("code", flat=True))
        return sorted(made)


def remove_code(*, promotion_id: int, code_id: int) -> str:
    """Take a code away; what was bought with it stays as it is. Return the code.

    Raises: DiscountNotFound.
    """
    with transaction.atomic():
        promotion = _lock(promotion_id)
        row = promotion.codes.filter(pk=code_id).first()
        if row is None:
            raise DiscountNotFound(_("This code is gone already."))
        row.delete()
        return row.code


def _lock(promotion_id: int) -> Promotion:
    promotion = Promotion.objects.select_for_update().filter(pk=promotion_id).first()
    if promotion is None:
        raise DiscountNotFound(_("This discount is gone. Somebody may have deleted it."))
    return promotion
