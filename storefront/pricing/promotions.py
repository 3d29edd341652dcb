"""What one promotion takes off what is left of a basket's prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from storefront.pricing.allocation import allocate, divide_half_up
from storefront.pricing.basket import WHOLE, BasketLine, Kind, Promotion, Target, Tier


class Refusal(StrEnum):
    """Why a promotion takes nothing off this basket."""

    NO_GOODS = "no_goods"
    MINIMUM_AMOUNT = "minimum_amount"
    MINIMUM_QUANTITY = "minimum_quantity"
    DELIVERY_TOO_DEAR = "delivery_too_dear"
    NOTHING_LEFT = "nothing_left"
    NOT_COMBINABLE = "not_combinable"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why, and how much (minor units or units) is missing."""

    reason: Refusal
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """What a promotion takes off: a share for every line, in their order, and off delivery."""

    lines: tuple[int, ...]
    delivery: int = 0

    @property
    def amount(self) -> int:
        return sum(self.lines) + self.delivery


def find_obstacle(promotion: Promotion, lines: Sequence[BasketLine], delivery_amount: int | None) -> Obstacle | None:
    """Return what of the basket's contents stands in the promotion's way, or None."""
    meant = [line for line in lines if promotion.scope.holds(line)]
    if not meant:
        return Obstacle(Refusal.NO_GOODS)
    amount, quantity = sum(line.amount for line in meant), sum(line.quantity for line in meant)
    if amount < promotion.minimum_amount:
        return Obstacle(Refusal.MINIMUM_AMOUNT, promotion.minimum_amount - amount)
    if quantity < promotion.minimum_quantity:
        return Obstacle(Refusal.MINIMUM_QUANTITY, promotion.minimum_quantity - quantity)
    if promotion.kind is Kind.TIERS and _reached(promotion, amount, quantity) is None:
        return _lowest_tier(promotion, amount, quantity)
    if promotion.kind is Kind.BUY_GET:
        return _missing_units(promotion, lines)
    most = promotion.most_delivery_amount
    if promotion.target is Target.DELIVERY and most is not None and (delivery_amount or 0) > most:
        return Obstacle(Refusal.DELIVERY_TOO_DEAR)
    return None


def take_off(promotion: Promotion, lines: Sequence[BasketLine], left: Sequence[int], delivery_left: int) -> Taking:
    """Return what the promotion takes off what is left of each line and of delivery: never more than that.

    The caller has asked `find_obstacle`.
    """
    if promotion.kind is Kind.FREE_DELIVERY:
        return Taking((0,) * len(lines), delivery_left)
    weights = [rest if promotion.scope.holds(line) else 0 for line, rest in zip(lines, left, strict=True)]
    whole = sum(weights)
    if promotion.kind is Kind.BUY_GET:
        return Taking(tuple(_buy_get(promotion, lines, left)))
    if promotion.kind is Kind.AMOUNT and promotion.is_each:
        each = (promotion.amount * line.quantity for line in lines)
        return Taking(tuple(map(min, each, weights)))
    if promotion.kind is Kind.AMOUNT:
        amount = promotion.amount
    elif promotion.kind is Kind.PERCENT:
        amount = divide_half_up(whole * promotion.points, WHOLE)
    else:
        amount = _tier_amount(promotion, lines, whole)
    return Taking(tuple(allocate(min(amount, whole), weights)))


def _tier_amount(promotion: Promotion, lines: Sequence[BasketLine], left: int) -> int:
    meant = [line for line in lines if promotion.scope.holds(line)]
    amount, quantity = sum(line.amount for line in meant), sum(line.quantity for line in meant)
    tier = _reached(promotion, amount, quantity)
    if tier is None:
        return 0
    if tier.off_points:
        return divide_half_up(left * tier.off_points, WHOLE)
    times = 1
    if promotion.repeats and tier.minimum_amount:
        times = amount // tier.minimum_amount
    elif promotion.repeats and tier.minimum_quantity:
        times = quantity // tier.minimum_quantity
    return tier.off_amount * (min(times, promotion.most_times) if promotion.most_times else times)


def _reached(promotion: Promotion, amount: int, quantity: int) -> Tier | None:
    reached = [tier for tier in promotion.tiers if amount >= tier.minimum_amount and quantity >= tier.minimum_quantity]
    return max(reached, key=lambda tier: (tier.minimum_amount, tier.minimum_quantity), default=None)


def _lowest_tier(promotion: Promotion, amount: int, quantity: int) -> Obstacle:
    lowest = min(promotion.tiers, key=lambda tier: (tier.minimum_amount, tier.minimum_quantity), default=Tier())
    if amount < lowest.minimum_amount:
        return Obstacle(Refusal.MINIMUM_AMOUNT, lowest.minimum_amount - amount)
    return Obstacle(Refusal.MINIMUM_QUANTITY, max(lowest.minimum_quantity - quantity, 0))


def _times(promotion: Promotion, lines: Sequence[BasketLine]) -> int:
    """Return how often the promotion fits: no unit is both bought and given."""
    buy = sum(line.quantity for line in lines if promotion.scope.holds(line))
    get = sum(line.quantity for line in lines if promotion.get_scope.holds(line))
    both = sum(line.quantity for line in lines if promotion.scope.holds(line) or promotion.get_scope.holds(line))
    needs_buy, needs_get = max(promotion.buy_quantity, 1), max(promotion.get_quantity, 1)
    times = min(buy // needs_buy, get // needs_get, both // (needs_buy + needs_get))
    return min(times, promotion.most_times) if promotion.most_times else times


def _missing_units(promotion: Promotion, lines: Sequence[BasketLine]) -> Obstacle | None:
    if _times(promotion, lines):
        return None
    both = sum(line.quantity for line in lines if promotion.scope.holds(line) or promotion.get_scope.holds(line))
    return Obstacle(Refusal.MINIMUM_QUANTITY, max(promotion.buy_quantity + promotion.get_quantity - both, 1))


def _buy_get(promotion: Promotion, lines: Sequence[BasketLine], left: Sequence[int]) -> list[int]:
    """Take the cheapest units that can be given while enough stay bought."""
    times = _times(promotion, lines)
    to_give = times * max(promotion.get_quantity, 1)
    bought = sum(line.quantity for line in lines if promotion.scope.holds(line))
    spare = bought - times * max(promotion.buy_quantity, 1)
    shares = [0] * len(lines)
    for place in sorted(range(len(lines)), key=lambda at: (lines[at].unit_amount, lines[at].key)):
        line = lines[place]
        if not promotion.get_scope.holds(line):
            continue
        count = min(line.quantity, to_give)
        if promotion.scope.holds(line):
            count = min(count, spare)
            spare -= count
        to_give -= count
        shares[place] = min(divide_half_up(line.unit_amount * count * promotion.points, WHOLE), left[place])
    return shares
