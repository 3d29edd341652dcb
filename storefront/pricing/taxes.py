"""Tax of a line and of delivery: per rate, in whole minor units, a half rounded up. This is the one place that rounds tax."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.pricing.allocation import allocate, divide_half_up
from storefront.pricing.basket import MILLION, STANDARD_CLASS, Taxing, TaxRate, TaxTable


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What one rate makes of one line; `base` is without any tax."""

    rate: TaxRate
    base: int
    amount: int


def tax_amount(amount: int, rates: Sequence[TaxRate], taxing: Taxing) -> tuple[TaxShare, ...]:
    """Return the tax on an amount (after discounts), rate by rate.

    Included tax is amount - amount / (1 + all rates), rounded once and split among the rates; added tax is amount by rate,
    each rounded by itself.
    """
    if taxing in (Taxing.NONE, Taxing.REMOVED) or not rates:
        return ()
    if taxing is Taxing.ADDED:
        return tuple(TaxShare(rate, amount, divide_half_up(amount * rate.parts, MILLION)) for rate in rates)
    parts = [rate.parts for rate in rates]
    whole = sum(parts)
    included = divide_half_up(amount * whole, MILLION + whole)
    base = amount - included
    shares = allocate(included, parts)
    return tuple(TaxShare(rate, base, share) for rate, share in zip(rates, shares, strict=True))


def remove_tax(amount: int, rates: Sequence[TaxRate]) -> int:
    """Return a price without the tax that is inside it, rounded half up."""
    whole = sum(rate.parts for rate in rates)
    return amount - divide_half_up(amount * whole, MILLION + whole)


def delivery_parts(
    amount: int, table: TaxTable, goods: Sequence[tuple[str, int]]
) -> list[tuple[int, tuple[TaxRate, ...]]]:
    """Return delivery's price in parts with their rates: one, or one for each tax class of the goods, by their worth.

    `goods` are (tax class, amount) of what is sent.
    """
    if table.delivery_rates is not None:
        return [(amount, table.delivery_rates)]
    worth: dict[str, int] = {}
    for tax_class, value in goods:
        worth[tax_class] = worth.get(tax_class, 0) + value
    classes = sorted(worth)
    if not sum(worth.values()):
        return [(amount, table.rates_of(classes[0] if classes else STANDARD_CLASS))]
    shares = allocate(amount, [worth[one] for one in classes])
    return [(share, table.rates_of(one)) for share, one in zip(shares, classes, strict=True)]
