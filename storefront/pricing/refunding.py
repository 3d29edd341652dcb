"""What is left to give back of a sale; pure arithmetic in minor units, so that all partial refunds add up to what was paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storefront.pricing.allocation import allocate


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line as it was paid for: `paid` is its total after discounts, with its tax; `returned` units were given back."""

    key: int
    quantity: int
    paid: int
    returned: int = 0

    @property
    def left(self) -> int:
        return self.quantity - self.returned


@dataclass(frozen=True, slots=True)
class RefundSum:
    """What a refund comes to: each line's amount by its key, delivery, and what is given or kept besides."""

    lines: Mapping[int, int]
    delivery: int
    adjustment: int

    @property
    def total(self) -> int:
        return sum(self.lines.values()) + self.delivery + self.adjustment


def units_worth(*, paid: int, quantity: int, first: int, count: int) -> int:
    """Return what the units `first` to `first + count` of a line were paid with.

    The line's sum is spread over its units so that any two differ by at most one minor unit and all of them make the sum.
    Raises: ValueError for units that the line does not have.
    """
    if paid < 0 or quantity < 1 or first < 0 or count < 0 or first + count > quantity:
        raise ValueError(f"a line of {quantity} has no units {first} to {first + count}")
    return sum(allocate(paid, [1] * quantity)[first : first + count])


def sum_refund(lines: Iterable[PaidLine], counts: Mapping[int, int], *, delivery: int, adjustment: int) -> RefundSum:
    """Return what giving back so many units of these lines comes to.

    Raises: ValueError for more units than are left.
    """
    amounts = {
        line.key: units_worth(paid=line.paid, quantity=line.quantity, first=line.returned, count=counts[line.key])
        for line in lines
        if counts.get(line.key)
    }
    return RefundSum(lines=amounts, delivery=delivery, adjustment=adjustment)
