"""Which promotions are applied together: those that take most off, chosen the same way every time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storefront.pricing.basket import BasketLine, Kind, Promotion, Target
from storefront.pricing.promotions import Obstacle, Refusal, Taking, find_obstacle, take_off

MOST_COMBINATIONS = 256
_ORDER = {Target.GOODS: 0, Target.ORDER: 1, Target.DELIVERY: 2}


@dataclass(frozen=True, slots=True)
class Refused:
    """A promotion with a code, or one that is almost reached, that takes nothing off; `instead_of` names what does."""

    promotion: Promotion
    obstacle: Obstacle
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is applied, in the order in which it was taken off, and what is not."""

    applied: tuple[tuple[Promotion, Taking], ...]
    refused: tuple[Refused, ...]


def can_combine(one: Promotion, other: Promotion) -> bool:
    """Tell whether each of two promotions allows the other's kind beside it."""
    return other.target in one.combines_with and one.target in other.combines_with


def choose_promotions(
    lines: Sequence[BasketLine], delivery_amount: int | None, promotions: Sequence[Promotion]
) -> Choice:
    """Return the combination that takes most off; of equal ones that with more of the shopper's codes, then the oldest.

    Within a combination goods come first, then the order, then delivery; of each percentages first, then older ones. At
    most 256 combinations are looked at, the most promising first.
    """
    refused, fitting = [], []
    for promotion in sorted(promotions, key=lambda one: one.id):
        obstacle = find_obstacle(promotion, lines, delivery_amount)
        if obstacle is None:
            fitting.append(promotion)
        else:
            refused.append(Refused(promotion, obstacle))
    fitting.sort(key=lambda one: (-_apply([one], lines, delivery_amount)[0], one.id))
    best: tuple[tuple[int, int, int, tuple[int, ...]], tuple[tuple[Promotion, Taking], ...]] | None = None
    for number, group in enumerate(_combinations(fitting)):
        if number == MOST_COMBINATIONS:
            break
        amount, takings = _apply(group, lines, delivery_amount)
        kept = tuple(pair for pair in takings if pair[1].amount or _waits(pair[0], delivery_amount))
        codes = sum(bool(promotion.code) for promotion, _taking in kept)
        score = (amount, codes, -len(kept), tuple(-promotion.id for promotion, _taking in kept))
        if best is None or score > best[0]:
            best = (score, kept)
    applied = best[1] if best else ()
    refused += _left_out(fitting, applied, lines, delivery_amount)
    return Choice(applied=applied, refused=tuple(refused))


def _waits(promotion: Promotion, delivery_amount: int | None) -> bool:
    """Tell whether a promotion will take off a delivery that is not chosen yet."""
    return promotion.kind is Kind.FREE_DELIVERY and delivery_amount is None


def _left_out(
    fitting: Sequence[Promotion],
    applied: Sequence[tuple[Promotion, Taking]],
    lines: Sequence[BasketLine],
    delivery_amount: int | None,
) -> Iterator[Refused]:
    taken = [promotion for promotion, _taking in applied]
    for promotion in fitting:
        if promotion in taken or not promotion.code:
            continue
        rival = next((one for one in taken if not can_combine(promotion, one)), None)
        has_effect = _apply([promotion], lines, delivery_amount)[0] > 0
        reason = Refusal.NOT_COMBINABLE if rival and has_effect else Refusal.NOTHING_LEFT
        yield Refused(promotion, Obstacle(reason), instead_of=rival.title if rival else "")


def _apply(
    group: Sequence[Promotion], lines: Sequence[BasketLine], delivery_amount: int | None
) -> tuple[int, list[tuple[Promotion, Taking]]]:
    left, delivery_left = [line.amount for line in lines], delivery_amount or 0
    takings = []
    for promotion in sorted(group, key=lambda one: (_ORDER[one.target], one.kind is not Kind.PERCENT, one.id)):
        taking = take_off(promotion, lines, left, delivery_left)
        left = [rest - share for rest, share in zip(left, taking.lines, strict=True)]
        delivery_left -= taking.delivery
        takings.append((promotion, taking))
    return sum(taking.amount for _promotion, taking in takings), takings


def _combinations(promotions: Sequence[Promotion]) -> Iterator[list[Promotion]]:
    """Yield every group that can stand together and that no further promotion can join, the first ones first."""

    def grow(group: list[Promotion], candidates: list[Promotion], passed: list[Promotion]) -> Iterator[list[Promotion]]:
        if not candidates:
            if not passed:
                yield group
            return
        for place, promotion in enumerate(candidates):
            yield from grow(
                [*group, promotion],
                [other for other in candidates[place + 1 :] if can_combine(promotion, other)],
                [other for other in [*passed, *candidates[:place]] if can_combine(promotion, other)],
            )

    if promotions:
        yield from grow([], list(promotions), [])
