"""Sums of a cart in integer minor units; pure, and the only place that adds prices up."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Totals:
    """`total = subtotal - discount + shipping + tax`, each in minor units; with `taxes_included` without the last.

    `discount` holds `shipping_discount`, `tax` holds `shipping_tax`. `credit` is what gift cards and store credit pay.
    """

    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    shipping_discount: int = 0
    shipping_tax: int = 0
    taxes_included: bool = False
    credit: int = 0

    @property
    def due(self) -> int:
        """Return what is left to pay by money."""
        return self.total - self.credit


def line_total(*, unit_amount: int, quantity: int) -> int:
    """Return the price of a line.

    Raises: ValueError for a negative price or a quantity below one.
    """
    if unit_amount < 0 or quantity < 1:
        raise ValueError(f"{quantity} × {unit_amount} is no line")
    return unit_amount * quantity


def cart_totals(
    lines: Iterable[tuple[int, int]], *, shipping_amount: int = 0, discount_amount: int = 0, tax_amount: int = 0
) -> Totals:
    """Add up `(unit_amount, quantity)` lines; a discount takes off the goods at most what they cost.

    Raises: ValueError for a negative part.
    """
    if min(shipping_amount, discount_amount, tax_amount) < 0:
        raise ValueError("a part of a total is never negative")
    subtotal = sum(line_total(unit_amount=unit, quantity=quantity) for unit, quantity in lines)
    discount = min(discount_amount, subtotal)
    return Totals(
        subtotal=subtotal,
        discount=discount,
        shipping=shipping_amount,
        tax=tax_amount,
        total=subtotal - discount + shipping_amount + tax_amount,
    )
