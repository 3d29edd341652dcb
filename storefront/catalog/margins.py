"""What is left of a price. No framework: amounts are minor units of one currency."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


@dataclass(frozen=True, slots=True)
class Margin:
    """`profit_amount` is what one piece earns; `percent` is its share of the price, to one decimal, None at a price of zero."""

    profit_amount: int
    percent: Decimal | None


def find_margin(price_amount: int, cost_amount: int | None) -> Margin | None:
    """Return what a piece earns at this price; None where the cost is not known. Taxes and delivery are not in it."""
    if cost_amount is None:
        return None
    profit = price_amount - cost_amount
    if price_amount == 0:
        return Margin(profit, None)
    share = (Decimal(100 * profit) / price_amount).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return Margin(profit, share)
