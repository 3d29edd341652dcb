"""Taxes that somebody else counted, taken into a quote; pure arithmetic in whole minor units that refuses what cannot be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from storefront.pricing.allocation import allocate
from storefront.pricing.basket import TaxRate
from storefront.pricing.quote import PricedLine, Quote, add_up, sum_by_rate
from storefront.pricing.taxes import TaxShare


@dataclass(frozen=True, slots=True)
class Taxable:
    """What tax is asked for: units of one line, or delivery, at what they cost after discounts."""

    key: int
    amount: int
    quantity: int
    tax_class: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """The taxes of a whole basket as a tax service counted them: of each line by its key, and of delivery."""

    lines: Mapping[int, tuple[TaxShare, ...]]
    shipping: tuple[TaxShare, ...]
    is_included: bool
    is_reverse_charge: bool = False


def spread_tax(amount: int, parts: Iterable[tuple[TaxRate, int, int]]) -> tuple[TaxShare, ...]:
    """Return a line's tax by rate from (rate, base, amount), so that the shares are `amount` to the unit.

    What was counted by rate decides the proportions where it does not add up. Raises: ValueError for a negative part, and
    for a tax that no rate explains.
    """
    known = [part for part in parts if part[2]]
    shares = allocate(amount, [part[2] for part in known])
    return tuple(TaxShare(rate, base, share) for (rate, base, _amount), share in zip(known, shares, strict=True))


def add_assessed(quote: Quote, assessed: Assessed) -> Quote:
    """Return a quote that was priced without taxes together with those that were counted elsewhere.

    Raises: ValueError for taxes of other lines than the quote's, tax above a price that holds it, and tax of a buyer who
    settles it.
    """
    if quote.totals.tax or {line.key for line in quote.lines} != set(assessed.lines):
        raise ValueError("these taxes were counted for other goods")
    lines = tuple(_with_tax(line, assessed.lines[line.key]) for line in quote.lines)
    shipping, discount = quote.totals.shipping, quote.totals.shipping_discount
    shipping_tax = sum(share.amount for share in assessed.shipping)
    if assessed.is_included:
        costs = [(line.tax, line.net) for line in lines] + [(shipping_tax, shipping - discount)]
        if any(tax > cost for tax, cost in costs):
            raise ValueError("no price holds more tax than it is")
    if min((share.amount for share in _shares(assessed)), default=0) < 0:
        raise ValueError("a tax is never negative")
    totals = add_up(
        lines,
        shipping=shipping,
        shipping_discount=discount,
        shipping_tax=shipping_tax,
        taxes_included=assessed.is_included,
    )
    if assessed.is_reverse_charge and totals.tax:
        raise ValueError("who settles the tax is charged none")
    return replace(
        quote,
        lines=lines,
        taxes=sum_by_rate(_shares(assessed)),
        totals=totals,
        is_reverse_charge=assessed.is_reverse_charge,
        shipping_taxes=sum_by_rate(assessed.shipping),
    )


def _with_tax(line: PricedLine, shares: tuple[TaxShare, ...]) -> PricedLine:
    return replace(line, tax=sum(share.amount for share in shares), taxes=shares)


def _shares(assessed: Assessed) -> list[TaxShare]:
    return [share for shares in (*assessed.lines.values(), assessed.shipping) for share in shares]
