"""A new price from an old one. No framework."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum


class How(Enum):
    PERCENT = "percent"
    AMOUNT = "amount"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Repricing:
    """`value` is a percentage (-10 is a tenth less), or minor units to add, or the price itself in minor units.

    `ending` is what the price ends in, in hundredths of a unit (99, 95, 0), or None for as calculated. With `keeps_old`
    what it cost before becomes the compare-at price where the price falls.
    """

    how: How
    value: Decimal
    ending: int | None = None
    keeps_old: bool = False

    def price(self, amount: int, digits: int) -> int:
        """Return the new price in minor units of a currency with so many decimals; it may be below zero."""
        if self.how is How.PERCENT:
            new = amount * (100 + self.value) / 100
        else:
            new = self.value + (amount if self.how is How.AMOUNT else 0)
        if self.ending is None or digits == 0:
            return _whole(new)
        unit = Decimal(10) ** digits
        tail = _whole(unit * self.ending / 100)
        return _whole((new - tail) / unit) * int(unit) + tail

    def both(self, amount: int, compare_at: int | None, digits: int) -> tuple[int, int | None]:
        """Return the new price and what it is compared with; a comparison that is no saving any more goes."""
        new = self.price(amount, digits)
        if self.keeps_old and new < amount:
            compare_at = max(compare_at or 0, amount)
        return new, compare_at if compare_at is not None and compare_at > new else None


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
