"""Sums in whole minor units, for currencies with none, two and three decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import to_decimal
from integrations.stripe.amounts import from_stripe, to_stripe
from storefront.pricing.totals import cart_totals, line_total

LINES = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 9999)), max_size=30)
CURRENCIES = st.sampled_from(["USD", "CNY", "JPY", "KRW", "KWD", "BHD"])


@given(LINES, st.integers(0, 10**9), st.integers(0, 10**12), st.integers(0, 10**9))
def test_the_total_is_the_sum_of_its_parts(lines: list[tuple[int, int]], shipping: int, off: int, tax: int) -> None:
    totals = cart_totals(lines, shipping_amount=shipping, discount_amount=off, tax_amount=tax)
    assert totals.subtotal == sum(unit * quantity for unit, quantity in lines)
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + totals.tax
    assert 0 <= totals.discount <= totals.subtotal
    assert totals.total >= totals.shipping + totals.tax


@given(LINES, CURRENCIES)
def test_the_sum_of_decimals_is_the_decimal_of_the_sum(lines: list[tuple[int, int]], currency: str) -> None:
    totals = cart_totals(lines)
    exact = sum((to_decimal(unit, currency) * quantity for unit, quantity in lines), Decimal(0))
    assert to_decimal(totals.total, currency) == exact


@given(st.integers(0, 10**12), st.sampled_from(["USD", "JPY", "KWD", "ISK", "UGX", "HUF", "TWD", "CLP"]))
def test_what_stripe_counts_comes_back_the_same(amount: int, currency: str) -> None:
    assert from_stripe(to_stripe(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "at_stripe"),
    [(1234, "USD", 1234), (1234, "JPY", 1234), (1234, "KWD", 1234), (500, "ISK", 50_000), (500, "UGX", 50_000)],
)
def test_stripe_counts_some_currencies_in_its_own_way(amount: int, currency: str, at_stripe: int) -> None:
    assert to_stripe(amount, currency) == at_stripe


def test_what_cannot_be_said_in_our_units_is_refused() -> None:
    with pytest.raises(ValueError, match="decimals"):
        from_stripe(50_050, "ISK")


@pytest.mark.parametrize(("unit", "quantity"), [(-1, 1), (1, 0), (1, -1)])
def test_a_line_of_nothing_is_refused(unit: int, quantity: int) -> None:
    with pytest.raises(ValueError, match="no line"):
        line_total(unit_amount=unit, quantity=quantity)


@pytest.mark.parametrize("part", ["shipping_amount", "discount_amount", "tax_amount"])
def test_a_negative_part_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="never negative"):
        cart_totals([(100, 1)], **{part: -1})
