"""Write down what a discount is, after checking that it says something."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.money import MAX_AMOUNT
from storefront.discounts.enums import AppliesTo, Audience, DiscountKind
from storefront.discounts.errors import DiscountNotFound, DiscountRefused
from storefront.discounts.models import MOST_POINTS, Promotion
from storefront.discounts.rows import MOST_AUTOMATIC
from storefront.discounts.services.codes import add_code

MOST_TIERS = 10
MOST_CHOSEN = 500
MOST_COUNT = 1_000_000


@dataclass(frozen=True, slots=True)
class TierFacts:
    """A step: from so much or so many on, so much off, in minor units or basis points."""

    minimum_amount: int = 0
    minimum_quantity: int = 0
    off_amount: int = 0
    off_points: int = 0


@dataclass(frozen=True, slots=True)
class PromotionFacts:
    """What a merchant says about a discount; fields are those of `models.Promotion`."""

    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime | None = None
    is_automatic: bool = False
    amount: int = 0
    is_each: bool = False
    points: int = 0
    applies_to: str = AppliesTo.ALL
    product_ids: Sequence[int] = ()
    collection_ids: Sequence[int] = ()
    buy_quantity: int = 0
    get_quantity: int = 0
    get_applies_to: str = AppliesTo.ALL
    get_product_ids: Sequence[int] = ()
    get_collection_ids: Sequence[int] = ()
    most_times: int = 0
    tiers: Sequence[TierFacts] = ()
    repeats: bool = False
    most_delivery_amount: int | None = None
    minimum_amount: int = 0
    minimum_quantity: int = 0
    audience: str = Audience.EVERYBODY
    customer_ids: Sequence[int] = ()
    combines_with_goods: bool = False
    combines_with_order: bool = False
    combines_with_delivery: bool = False
    limit_count: int | None = None
    limit_per_customer: int | None = None


def as_promotion(facts: PromotionFacts) -> Promotion:
    """Return a discount as it would be, without saving it."""
    return Promotion(pk=0, **_values(facts))


def save_promotion(
    *, facts: PromotionFacts, now: datetime, promotion_id: int | None = None, first_code: str = ""
) -> Promotion:
    """Make a discount, with its first code where one is given, or change one; orders keep what they were given.

    Raises: DiscountRefused with the field that is wrong, CodeTaken, DiscountNotFound.
    """
    check_facts(facts)
    values = {**_values(facts), "updated_at": now}
    with transaction.atomic():
        if promotion_id is None:
            promotion = Promotion(created_at=now)
        else:
            promotion = _lock([promotion_id])[0]
            if facts.limit_count is not None and facts.limit_count < promotion.used_count:
                raise DiscountRefused(
                    _("It was used %(count)s times already. The limit cannot be lower.")
                    % {"count": promotion.used_count},
                    field="limit_count",
                )
        for name, value in values.items():
            setattr(promotion, name, value)
        promotion.save()
        _check_room(promotion)
        if first_code and not facts.is_automatic:
            add_code(promotion_id=promotion.pk, text=first_code, limit_count=None, now=now)
    return promotion


def _values(facts: PromotionFacts) -> dict[str, Any]:
    values = {**asdict(facts), "title": facts.title.strip()}
    for name in ("product_ids", "collection_ids", "get_product_ids", "get_collection_ids", "customer_ids"):
        values[name] = sorted(set(values[name]))
    values["tiers"] = [asdict(tier) for tier in facts.tiers]
    return values


def switch_promotions(*, promotion_ids: Collection[int], is_active: bool, now: datetime) -> int:
    """Switch discounts on or off and return how many.

    Raises: DiscountRefused for more automatic ones than a store may have.
    """
    with transaction.atomic():
        rows = _lock(promotion_ids, may_miss=True)
        Promotion.objects.filter(pk__in=[row.pk for row in rows]).update(is_active=is_active, updated_at=now)
        for row in rows:
            row.is_active = is_active
            _check_room(row)
    return len(rows)


def extend_promotions(*, promotion_ids: Collection[int], ends_at: datetime, now: datetime) -> int:
    """Let discounts run until another moment and return how many; those that begin later stay as they are."""
    if ends_at <= now:
        raise DiscountRefused(_("Choose a day that is still to come."), field="ends_at")
    with transaction.atomic():
        rows = [row for row in _lock(promotion_ids, may_miss=True) if row.starts_at < ends_at]
        Promotion.objects.filter(pk__in=[row.pk for row in rows]).update(ends_at=ends_at, updated_at=now)
    return len(rows)


def delete_promotion(*, promotion_id: int) -> str:
    """Delete a discount that nobody has used, with its codes, and return its name.

    Raises: DiscountRefused for one that orders hold, DiscountNotFound.
    """
    with transaction.atomic():
        promotion = _lock([promotion_id])[0]
        if promotion.uses.exists():
            raise DiscountRefused(
                _("Orders hold this discount. Switch it off instead: it then gives nothing any more.")
            )
        promotion.delete()
    return promotion.title


def check_facts(facts: PromotionFacts) -> None:
    """Refuse what says nothing or cannot be meant.

    Raises: DiscountRefused.
    """
    if not 1 <= len(facts.title.strip()) <= 120:
        raise DiscountRefused(_("Give it a name. Shoppers see it in their cart."), field="title")
    if facts.kind not in DiscountKind.values:
        raise DiscountRefused(_("Choose what the discount does."), field="kind")
    if facts.ends_at is not None and facts.ends_at <= facts.starts_at:
        raise DiscountRefused(_("It has to end after it begins."), field="ends_at")
    _check_numbers(facts)
    _check_value(facts)
    _check_goods(facts.applies_to, facts.product_ids, facts.collection_ids, field="applies_to")
    if facts.kind == DiscountKind.BUY_GET:
        _check_goods(facts.get_applies_to, facts.get_product_ids, facts.get_collection_ids, field="get_applies_to")
    if facts.audience == Audience.CUSTOMERS and not 1 <= len(facts.customer_ids) <= MOST_CHOSEN:
        raise DiscountRefused(_("Choose between 1 and 500 customers."), field="customer_ids")


def _check_numbers(facts: PromotionFacts) -> None:
    amounts = {
        "amount": facts.amount,
        "minimum_amount": facts.minimum_amount,
        "most_delivery_amount": facts.most_delivery_amount or 0,
    }
    for name, amount in amounts.items():
        if not 0 <= amount <= MAX_AMOUNT:
            raise DiscountRefused(_("Write an amount of 0 or more."), field=name)
    for name in ("minimum_quantity", "buy_quantity", "get_quantity", "most_times"):
        if not 0 <= getattr(facts, name) <= MOST_COUNT:
            raise DiscountRefused(_("Write a whole number of 0 or more."), field=name)
    for name in ("limit_count", "limit_per_customer"):
        limit = getattr(facts, name)
        if limit is not None and not 1 <= limit <= MOST_COUNT:
            raise DiscountRefused(_("Write a whole number of 1 or more, or leave it empty."), field=name)


def _check_value(facts: PromotionFacts) -> None:
    if facts.kind == DiscountKind.PERCENT and not 1 <= facts.points <= MOST_POINTS:
        raise DiscountRefused(_("Write a percentage above 0 and up to 100."), field="points")
    if facts.kind == DiscountKind.AMOUNT and facts.amount < 1:
        raise DiscountRefused(_("Write how much it takes off."), field="amount")
    if facts.kind == DiscountKind.BUY_GET:
        if facts.buy_quantity < 1 or facts.get_quantity < 1:
            raise DiscountRefused(_("Write how many are bought and how many are given."), field="buy_quantity")
        if not 1 <= facts.points <= MOST_POINTS:
            raise DiscountRefused(_("Write what is taken off the given ones: 100 for free."), field="points")
    if facts.kind == DiscountKind.TIERS:
        _check_tiers(facts.tiers)


def _check_tiers(tiers: Sequence[TierFacts]) -> None:
    if not 1 <= len(tiers) <= MOST_TIERS:
        raise DiscountRefused(_("Write between 1 and 10 steps."), field="tiers")
    for tier in tiers:
        if (
            bool(tier.minimum_amount) == bool(tier.minimum_quantity)
            or min(tier.minimum_amount, tier.minimum_quantity) < 0
        ):
            raise DiscountRefused(_("Each step begins at an amount or at a number of goods."), field="tiers")
        if bool(tier.off_amount) == bool(tier.off_points) or min(tier.off_amount, tier.off_points) < 0:
            raise DiscountRefused(_("Each step takes off an amount or a percentage."), field="tiers")
        if tier.off_points > MOST_POINTS or max(tier.off_amount, tier.minimum_amount) > MAX_AMOUNT:
            raise DiscountRefused(_("A step takes off more than everything."), field="tiers")
        if tier.minimum_amount and tier.off_amount > tier.minimum_amount:
            raise DiscountRefused(_("A step cannot take off more than what it begins at."), field="tiers")
    starts = [(tier.minimum_amount, tier.minimum_quantity) for tier in tiers]
    if len(set(starts)) != len(starts) or (any(a for a, _q in starts) and any(q for _a, q in starts)):
        raise DiscountRefused(_("Steps begin at different amounts, or all at numbers of goods."), field="tiers")


def _check_goods(applies_to: str, product_ids: Sequence[int], collection_ids: Sequence[int], *, field: str) -> None:
    chosen = {AppliesTo.PRODUCTS: product_ids, AppliesTo.COLLECTIONS: collection_ids}.get(AppliesTo(applies_to))
    if chosen is not None and not 1 <= len(chosen) <= MOST_CHOSEN:
        raise DiscountRefused(_("Choose between 1 and 500 of them."), field=field)


def _check_room(promotion: Promotion) -> None:
    """A shopper's cart weighs every automatic discount, so there are not too many."""
    if not (promotion.is_automatic and promotion.is_active):
        return
    running = Promotion.objects.filter(is_automatic=True, is_active=True)
    still = Q(ends_at__isnull=True) | Q(ends_at__gt=promotion.updated_at)
    if running.filter(still).count() > MOST_AUTOMATIC:
        raise DiscountRefused(
            _("A store has at most %(most)s automatic discounts that are switched on.") % {"most": MOST_AUTOMATIC},
            field="is_automatic",
        )


def _lock(promotion_ids: Collection[int], *, may_miss: bool = False) -> list[Promotion]:
    rows = list(Promotion.objects.select_for_update().filter(pk__in=promotion_ids).order_by("pk"))
    if not rows and not may_miss:
        raise DiscountNotFound(_("This discount is gone. Somebody may have deleted it."))
    return rows
