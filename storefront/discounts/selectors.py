"""Read discounts, as checkout needs them and as the merchant sees them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from storefront.catalog.models import CollectionProduct
from storefront.catalog.shown import Prices
from storefront.discounts.codes import MOST_IN_A_CART, clean_code
from storefront.discounts.enums import AppliesTo, Audience, DiscountState
from storefront.discounts.errors import DiscountNotFound
from storefront.discounts.models import DiscountCode, DiscountUse, Promotion
from storefront.discounts.rows import read_promotions
from storefront.pricing.basket import BasketLine, Kind, Scope, Target, Tier
from storefront.pricing.basket import Promotion as Offer

VIEWS = ("all", "active", "scheduled", "ended")


class CodeProblem(StrEnum):
    """Why a code gives nothing, whatever lies in the cart."""

    UNKNOWN = "unknown"
    OFF = "off"
    NOT_YET = "not_yet"
    OVER = "over"
    USED_UP = "used_up"
    USED_BY_YOU = "used_by_you"
    NOT_FOR_YOU = "not_for_you"
    FIRST_ORDER_ONLY = "first_order_only"
    TWICE = "twice"
    TOO_MANY = "too_many"


_PROBLEMS = {
    DiscountState.OFF: CodeProblem.OFF,
    DiscountState.SCHEDULED: CodeProblem.NOT_YET,
    DiscountState.ENDED: CodeProblem.OVER,
    DiscountState.USED_UP: CodeProblem.USED_UP,
}


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """A code as the shopper wrote it, and why it gives nothing; `moment` is when it begins or ended."""

    code: str
    problem: CodeProblem
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundPromotions:
    """What a shopper may have now: `offers` go into a `pricing.basket.Basket`, `code_ids` into `take_uses`."""

    offers: tuple[Offer, ...] = ()
    refused: tuple[RefusedCode, ...] = ()
    code_ids: Mapping[int, int] = field(default_factory=dict)

    @property
    def needs_collections(self) -> bool:
        """Tell whether the lines have to know their collections."""
        scopes = (scope for offer in self.offers for scope in (offer.scope, offer.get_scope))
        return any(scope.collection_ids for scope in scopes)


def find_promotions(*, codes: Sequence[str], customer_id: int | None, prices: Prices, now: datetime) -> FoundPromotions:
    """Return the automatic promotions and those of these codes that this shopper may have, in one query.

    Without a customer nobody is known yet: what is for first orders is let in, what is for named customers is not, and
    `take_uses` looks again when the order has its customer. Amounts are in the currency of `prices`.
    """
    wanted = list(dict.fromkeys(filter(None, map(clean_code, codes))))
    usable = wanted[:MOST_IN_A_CART]
    refused = [RefusedCode(code, CodeProblem.TOO_MANY) for code in wanted[MOST_IN_A_CART:]]
    refused += [RefusedCode(text[:40], CodeProblem.UNKNOWN) for text in codes if text.strip() and not clean_code(text)]
    rows: list[Any] = list(read_promotions(codes=usable, customer_id=customer_id, now=now))
    by_code = {row.entered: row for row in rows if row.entered}
    refused += [RefusedCode(code, CodeProblem.UNKNOWN) for code in usable if code not in by_code]
    offers: dict[int, Offer] = {}
    code_ids: dict[int, int] = {}
    in_order = [by_code[code] for code in usable if code in by_code] + [row for row in rows if not row.entered]
    for row in in_order:
        problem = _find_problem(row, customer_id, now)
        if problem is None and row.pk in offers:
            problem = CodeProblem.TWICE
        if problem is None:
            offers[row.pk] = make_offer(row, prices, code=row.entered or "")
            if row.entered_id:
                code_ids[row.pk] = row.entered_id
        elif row.entered:
            moment = row.starts_at if problem is CodeProblem.NOT_YET else row.ends_at
            refused.append(RefusedCode(row.entered, problem, moment))
    return FoundPromotions(tuple(offers.values()), tuple(refused), code_ids)


def with_collections(lines: Sequence[BasketLine], found: FoundPromotions) -> list[BasketLine]:
    """Return the lines with the collections their products are in: one query, and none where no promotion asks."""
    if not found.needs_collections:
        return list(lines)
    known = collections_of({line.product_id for line in lines})
    return [replace(line, collection_ids=known.get(line.product_id, frozenset())) for line in lines]


def collections_of(product_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the ids of the collections that each of these products is in."""
    rows = CollectionProduct.objects.filter(product_id__in=product_ids).values_list("product_id", "collection_id")
    found: dict[int, set[int]] = {}
    for product_id, collection_id in rows:
        found.setdefault(product_id, set()).add(collection_id)
    return {product_id: frozenset(ids) for product_id, ids in found.items()}


def make_offer(promotion: Promotion, prices: Prices, *, code: str = "") -> Offer:
    """Return a promotion as pricing takes it, its amounts in the currency of `prices`."""
    targets = {
        Target.GOODS: promotion.combines_with_goods,
        Target.ORDER: promotion.combines_with_order,
        Target.DELIVERY: promotion.combines_with_delivery,
    }
    return Offer(
        id=promotion.pk,
        title=promotion.title,
        kind=Kind(promotion.kind),
        code=code,
        amount=prices.convert(promotion.amount),
        is_each=promotion.is_each,
        points=promotion.points,
        scope=_scope(promotion.applies_to, promotion.product_ids, promotion.collection_ids),
        get_scope=_scope(promotion.get_applies_to, promotion.get_product_ids, promotion.get_collection_ids),
        buy_quantity=promotion.buy_quantity,
        get_quantity=promotion.get_quantity,
        most_times=promotion.most_times,
        tiers=tuple(
            Tier(
                minimum_amount=prices.convert(tier["minimum_amount"]),
                minimum_quantity=tier["minimum_quantity"],
                off_amount=prices.convert(tier["off_amount"]),
                off_points=tier["off_points"],
            )
            for tier in promotion.tiers
        ),
        repeats=promotion.repeats,
        most_delivery_amount=prices.convert_or_none(promotion.most_delivery_amount),
        minimum_amount=prices.convert(promotion.minimum_amount),
        minimum_quantity=promotion.minimum_quantity,
        combines_with=frozenset(target for target, may in targets.items() if may),
    )


def state_of(promotion: Promotion, now: datetime) -> DiscountState:
    """Return where a promotion stands at a moment."""
    if not promotion.is_active:
        return DiscountState.OFF
    if promotion.ends_at is not None and promotion.ends_at <= now:
        return DiscountState.ENDED
    if promotion.limit_count is not None and promotion.used_count >= promotion.limit_count:
        return DiscountState.USED_UP
    return DiscountState.SCHEDULED if promotion.starts_at > now else DiscountState.ACTIVE


def get_promotion(pk: int) -> Promotion:
    """Return a promotion.

    Raises: DiscountNotFound.
    """
    promotion = Promotion.objects.filter(pk=pk).first()
    if promotion is None:
        raise DiscountNotFound("there is no such discount")
    return promotion


def list_promotions(*, view: str, text: str, now: datetime) -> QuerySet[Promotion]:
    """Return the promotions of a view whose title or one of whose codes holds this text, newest first."""
    rows = _in_view(view, now)
    if text:
        codes = DiscountCode.objects.filter(code__contains=clean_code(text) or text.upper())
        rows = rows.filter(Q(title__icontains=text) | Q(pk__in=codes.values("promotion")))
    return rows.annotate(codes_count=Count("codes")).order_by("-created_at", "-pk")


def count_views(now: datetime) -> dict[str, int]:
    """Return how many promotions stand in each view, in one query."""
    counts = {view: Count("pk", filter=_condition(view, now)) for view in VIEWS}
    return Promotion.objects.aggregate(**counts)


def used_amounts(promotions: Iterable[Promotion], currency: str) -> dict[int, tuple[int, int]]:
    """Return the totals of the orders that hold each of these promotions and what it took off them, in this currency."""
    uses = DiscountUse.objects.filter(promotion__in=list(promotions), currency=currency)
    sums = uses.values("promotion").annotate(orders=Sum("order_amount"), off=Sum("amount")).order_by("promotion")
    return {one["promotion"]: (one["orders"], one["off"]) for one in sums}


def first_codes(promotions: Iterable[Promotion]) -> dict[int, str]:
    """Return the oldest code of each of these promotions."""
    rows = DiscountCode.objects.filter(promotion__in=list(promotions)).order_by("promotion_id", "pk")
    return dict(rows.distinct("promotion_id").values_list("promotion_id", "code"))


def list_codes(promotion: Promotion) -> QuerySet[DiscountCode]:
    """Return a promotion's codes, oldest first."""
    return promotion.codes.order_by("pk")


def order_tokens_of(promotion: Promotion) -> QuerySet[DiscountUse, str]:
    """Return the secret addresses of the orders that hold a promotion."""
    return promotion.uses.values_list("order_token", flat=True)


def _find_problem(row: Any, customer_id: int | None, now: datetime) -> CodeProblem | None:
    """Return what keeps this shopper from a promotion, whatever lies in the cart."""
    state = state_of(row, now)
    if state != DiscountState.ACTIVE:
        return _PROBLEMS[state]
    if row.entered_limit is not None and row.entered_used >= row.entered_limit:
        return CodeProblem.USED_UP
    if row.audience == Audience.CUSTOMERS and customer_id not in row.customer_ids:
        return CodeProblem.NOT_FOR_YOU
    if customer_id is None:
        return None
    if row.audience == Audience.FIRST_ORDER and (row.orders_count or row.mine_count):
        return CodeProblem.FIRST_ORDER_ONLY
    if row.limit_per_customer is not None and row.mine_count >= row.limit_per_customer:
        return CodeProblem.USED_BY_YOU
    return None


def _scope(applies_to: str, product_ids: list[int], collection_ids: list[int]) -> Scope:
    if applies_to == AppliesTo.PRODUCTS:
        return Scope(everything=False, product_ids=frozenset(product_ids))
    if applies_to == AppliesTo.COLLECTIONS:
        return Scope(everything=False, collection_ids=frozenset(collection_ids))
    return Scope()


def _in_view(view: str, now: datetime) -> QuerySet[Promotion]:
    return Promotion.objects.filter(_condition(view, now))


def _condition(view: str, now: datetime) -> Q:
    is_over = Q(ends_at__isnull=False, ends_at__lte=now)
    if view == "active":
        return Q(is_active=True, starts_at__lte=now) & ~is_over
    if view == "scheduled":
        return Q(is_active=True, starts_at__gt=now)
    if view == "ended":
        return is_over | Q(is_active=False)
    return Q()
