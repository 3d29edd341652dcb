"""One cart for a person: what they filled as a stranger and what their account kept become one when they sign in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.carts.models import MAXIMUM_CODES, MAXIMUM_LINES, Cart, CartLine
from storefront.carts.services.reading import count_most, name_variant
from storefront.catalog.enums import ProductStatus


@dataclass(frozen=True, slots=True)
class Merged:
    """The token of the cart that goes on, and what to say of what came together; nothing where nothing did."""

    token: str
    words: str = ""


def bring_cart(*, token: str | None, customer_id: int, now: datetime) -> Merged | None:
    """Return the one cart of a customer who has signed in with this cart in the browser, or None where there is none.

    What the account kept is added to what lies in the browser's cart, which may be on its way to be paid: the same thing in both
    counts together, at most what is left, and the words say where that was less. Codes of both stay. A cart of the account that
    is being paid for elsewhere is left alone.
    """
    with transaction.atomic():
        carts = _lock_carts(token, customer_id)
        here = next((cart for cart in carts if cart.token == token), None)
        kept = next((cart for cart in carts if cart.token != token and cart.customer_id == customer_id), None)
        if here is None:
            return Merged(kept.token) if kept else None
        Cart.objects.filter(pk=here.pk).update(customer_id=customer_id)
        if kept is None:
            return Merged(here.token)
        words = _pour(kept, here, now=now)
    return Merged(here.token, words)


def merge_carts(*, stays_id: int, goes_id: int, now: datetime) -> None:
    """Put what one customer's newest cart holds into the other's, and make all carts of the first the other's.

    The caller holds the carts of both.
    """
    kept, coming = _kept_carts(stays_id).first(), _kept_carts(goes_id).first()
    if kept is not None and coming is not None:
        _pour(coming, kept, now=now)
    Cart.objects.filter(customer_id=goes_id).update(customer_id=stays_id)


def _kept_carts(customer_id: int) -> QuerySet[Cart]:
    """Return the carts that an account keeps, the newest first; one that is being paid for is none of them."""
    own = Cart.objects.filter(ordered_at__isnull=True, customer_id=customer_id, order_token="", lines_count__gt=0)
    return own.order_by("-updated_at", "-pk")


def _lock_carts(token: str | None, customer_id: int) -> list[Cart]:
    """Lock the browser's cart and the account's newest, by key, and return them, the newest first."""
    open_carts = Cart.objects.filter(ordered_at__isnull=True)
    keys = list(_kept_carts(customer_id).exclude(token=token or "").values_list("pk", flat=True)[:1])
    wanted = open_carts.filter(pk__in=keys) | open_carts.filter(token=token or "")
    return sorted(wanted.select_for_update().order_by("pk"), key=lambda cart: cart.updated_at, reverse=True)


def _pour(source: Cart, target: Cart, *, now: datetime) -> str:
    """Put what one cart holds into the other, empty it, and return what there is to say."""
    has = {line.variant_id: line for line in target.lines.all()}
    came, capped, left_out = 0, list[str](), list[str]()
    rows = source.lines.select_related("variant__product").order_by("created_at", "pk")
    for row in rows:
        before = has[row.variant_id].quantity if row.variant_id in has else 0
        wanted = before + row.quantity
        is_sold = row.variant.product.status == ProductStatus.ACTIVE
        most = count_most(target.token, row.variant, wanted) if is_sold else 0
        is_full = not before and len(has) >= MAXIMUM_LINES
        if most <= before or is_full:
            left_out += [name_variant(row.variant)] if not before else []
            capped += [name_variant(row.variant)] if before and is_sold else []
            continue
        line = has.get(row.variant_id) or CartLine(cart=target, variant=row.variant, created_at=row.created_at)
        line.quantity = min(wanted, most)
        line.presents = [*line.presents, *row.presents]
        line.save()
        has[row.variant_id] = line
        came += 1
        capped += [name_variant(row.variant)] if line.quantity < wanted else []
    source.lines.all().delete()
    Cart.objects.filter(pk=source.pk).update(
        lines_count=0, codes=[], card_ids=[], version=source.version + 1, updated_at=now
    )
    Cart.objects.filter(pk=target.pk).update(
        lines_count=sum(line.quantity for line in has.values()),
        codes=list(dict.fromkeys([*target.codes, *source.codes]))[:MAXIMUM_CODES],
        card_ids=list(dict.fromkeys([*target.card_ids, *source.card_ids]))[:MAXIMUM_CODES],
        version=target.version + 1,
        updated_at=now,
    )
    return _say(came, capped, left_out)


def _say(came: int, capped: list[str], left_out: list[str]) -> str:
    said = []
    if came:
        text = ngettext(
            "%(num)s thing from your last visit is in your cart as well.",
            "%(num)s things from your last visit are in your cart as well.",
            came,
        )
        said.append(text % {"num": came})
    if capped:
        said.append(
            _("Of these there are no more left than your cart has now: %(titles)s.") % {"titles": _join(capped)}
        )
    if left_out:
        said.append(_("Not to be had any more, and left out: %(titles)s.") % {"titles": _join(left_out)})
    return " ".join(said)


def _join(titles: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(titles))
