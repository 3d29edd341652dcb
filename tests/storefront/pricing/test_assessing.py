"""Taxes that somebody else counted: whatever they are, a total is the sum of its parts, or it is refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.pricing.assessing import Assessed, add_assessed, spread_tax
from storefront.pricing.basket import NO_TAXES, Basket, BasketLine, Taxing, TaxRate
from storefront.pricing.quote import Quote, price_basket
from storefront.pricing.taxes import TaxShare
from tests.storefront.pricing.test_quote import CARTS, baskets

RATE, OTHER = TaxRate("VAT", 190_000), TaxRate("City", 4_500)


@st.composite
def assessed_quotes(draw: st.DrawFn) -> tuple[Quote, Assessed]:
    """A basket of any kind, and an answer of a service that may have been made for it."""
    basket = replace(draw(baskets()), taxes=NO_TAXES)
    quote = price_basket(basket)
    is_included = draw(st.booleans())

    def shares(net: int) -> tuple[TaxShare, ...]:
        most = net if is_included else net + 5
        amount = draw(st.integers(0, most))
        first = draw(st.integers(0, max(1, amount)))
        return spread_tax(amount, [(RATE, net, first), (OTHER, net, max(1, amount - first))])

    lines = {line.key: shares(line.net) for line in quote.lines}
    totals = quote.totals
    return quote, Assessed(lines, shares(totals.shipping - totals.shipping_discount), is_included)


@settings(max_examples=CARTS // 10, deadline=None)
@given(assessed_quotes())
def test_a_total_is_the_sum_of_its_parts(pair: tuple[Quote, Assessed]) -> None:
    quote, assessed = pair
    taxed = add_assessed(quote, assessed)
    totals = taxed.totals
    assert totals.tax == sum(line.tax for line in taxed.lines) + totals.shipping_tax
    assert totals.tax == sum(tax.amount for tax in taxed.taxes)
    assert totals.shipping_tax == sum(tax.amount for tax in taxed.shipping_taxes)
    assert all(line.tax == sum(share.amount for share in line.taxes) for line in taxed.lines)
    on_top = 0 if assessed.is_included else totals.tax
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + on_top
    assert (totals.subtotal, totals.discount, totals.shipping) == (
        quote.totals.subtotal,
        quote.totals.discount,
        quote.totals.shipping,
    )
    assert [(line.key, line.unit_amount, line.net) for line in taxed.lines] == [
        (line.key, line.unit_amount, line.net) for line in quote.lines
    ]


def one_line() -> Quote:
    return price_basket(Basket("EUR", (BasketLine(key=1, unit_amount=100, quantity=1),)))


def share(amount: int) -> tuple[TaxShare, ...]:
    return (TaxShare(RATE, 100, amount),)


@pytest.mark.parametrize(
    "assessed",
    [
        Assessed({}, (), is_included=False),
        Assessed({2: share(19)}, (), is_included=False),
        Assessed({1: share(19), 2: share(1)}, (), is_included=False),
        Assessed({1: share(-19)}, (), is_included=False),
        Assessed({1: share(101)}, (), is_included=True),
        Assessed({1: ()}, share(1), is_included=True),
        Assessed({1: share(19)}, (), is_included=False, is_reverse_charge=True),
    ],
)
def test_an_answer_that_cannot_be_is_refused(assessed: Assessed) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        add_assessed(one_line(), assessed)


def test_taxes_are_not_counted_twice() -> None:
    taxes = replace(NO_TAXES, taxing=Taxing.ADDED, rates={"standard": (RATE,)})
    quote = price_basket(Basket("EUR", (BasketLine(key=1, unit_amount=100, quantity=1),), taxes=taxes))
    with pytest.raises(ValueError, match="other goods"):
        add_assessed(quote, Assessed({1: share(19)}, (), is_included=False))


def test_what_was_rounded_by_rate_is_made_the_line_s_tax() -> None:
    assert [one.amount for one in spread_tax(10, [(RATE, 50, 5), (OTHER, 50, 4)])] == [6, 4]
    assert spread_tax(0, [(RATE, 50, 0)]) == ()
    with pytest.raises(ValueError, match="carry"):
        spread_tax(3, [])
