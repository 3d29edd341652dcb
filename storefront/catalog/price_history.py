"""What a reduction is measured against. No framework: plain values in, plain values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# Directive 98/6/EC, Article 6a (from Directive (EU) 2019/2161): not shorter than 30 days before the reduction.
PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PricePoint:
    """From `at` on it cost `price_amount`; `compare_at_amount` is what was announced beside it, or None."""

    at: datetime
    price_amount: int
    compare_at_amount: int | None = None

    @property
    def is_reduced(self) -> bool:
        return self.compare_at_amount is not None and self.compare_at_amount > self.price_amount


def find_start_of_reduction(points: Sequence[PricePoint]) -> datetime | None:
    """Return when the reduction that is announced now began; None where none is announced. Points are newest first.

    A price that goes on falling while it is announced is one reduction (Article 6a, paragraph 5); one that rose in between
    is another, and only the later one counts.
    """
    if not points or not points[0].is_reduced:
        return None
    start = points[0]
    for point in points[1:]:
        if not point.is_reduced or point.price_amount < start.price_amount:
            break
        start = point
    return start.at


def find_lowest_before(points: Sequence[PricePoint]) -> int | None:
    """Return the lowest price of the 30 days before the present reduction began, in minor units; points are newest first.

    None where no reduction is announced or nothing was sold before it: then there is nothing to say.
    """
    start = find_start_of_reduction(points)
    if start is None:
        return None
    lowest: int | None = None
    for point in points:
        if point.at >= start:
            continue
        lowest = point.price_amount if lowest is None else min(lowest, point.price_amount)
        if point.at <= start - PERIOD:
            break  # this one was in force when the 30 days began; what is older was not
    return lowest
