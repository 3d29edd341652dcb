"""One rule for prices in other currencies, written twice: Python and PostgreSQL agree to the last unit."""

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import minor_digits
from storefront.catalog.conversion import (
    CONVERT_SQL,
    MOST,
    Conversion,
    fits,
    is_payable,
    list_roundings,
    make_conversion,
    usual_rounding,
)
from storefront.catalog.enums import Rounding

CURRENCIES = ("USD", "EUR", "CHF", "JPY", "KRW", "KWD", "BHD", "CNY")
_pairs = st.tuples(st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES)).filter(lambda pair: pair[0] != pair[1])
_rates = st.decimals(min_value="0.00000001", max_value="50000", places=8).filter(lambda rate: rate > 0)
_adjustments = st.decimals(min_value="-99.99", max_value="300", places=2)
_amounts = st.integers(min_value=0, max_value=10**12)


@st.composite
def conversions(draw: st.DrawFn) -> tuple[Conversion, str, Rounding, Decimal]:
    own, other = draw(_pairs)
    rounding = draw(st.sampled_from(list_roundings(other)))
    rate, adjustment = draw(_rates), draw(_adjustments)
    made = make_conversion(own=own, other=other, rate=rate, adjustment_percent=adjustment, rounding=rounding)
    scale = Decimal(10) ** (minor_digits(other) - minor_digits(own))
    return made, other, rounding, rate * (100 + adjustment) / 100 * scale


@settings(max_examples=600, deadline=None)
@given(conversions(), _amounts, _amounts)
def test_a_price_lands_where_its_rule_says_and_no_higher_one_comes_out_lower(
    made: tuple[Conversion, str, Rounding, Decimal], amount: int, more: int
) -> None:
    conversion, currency, rounding, factor = made
    price = conversion.convert(amount)
    assert conversion.convert(0) == 0
    assert conversion.convert(amount + more) >= price
    if amount == 0 or price == MOST:
        return
    assert price > 0
    assert is_payable(price, currency)
    assert (price - conversion.tail) % conversion.step == 0
    unit = 10 ** minor_digits(currency)
    if rounding in (Rounding.NINETY_NINE, Rounding.NINETY_FIVE):
        assert price % unit == int(rounding) * unit // 100
    if price > (conversion.tail or conversion.step):
        # Never further than half a step from the exact price.
        assert abs(2 * (price - amount * factor)) <= conversion.step


@pytest.mark.parametrize(
    ("own", "other", "rate", "adjustment", "rounding", "amount", "price"),
    [
        ("USD", "EUR", "0.9", "0", Rounding.NONE, 1999, 1799),
        ("USD", "EUR", "0.9", "10", Rounding.NINETY_NINE, 2000, 1999),
        ("USD", "EUR", "0.9", "0", Rounding.NINETY_FIVE, 20, 95),
        ("USD", "JPY", "150.5", "0", Rounding.NONE, 1999, 3008),
        ("USD", "JPY", "150.5", "0", Rounding.TENS, 1999, 3010),
        ("JPY", "USD", "0.0066", "0", Rounding.NONE, 3000, 1980),
        ("USD", "KWD", "0.307", "0", Rounding.NONE, 1999, 6140),
        ("USD", "CHF", "0.8812", "0", Rounding.TWENTIETHS, 1999, 1760),
        ("EUR", "CNY", "8.2", "0", Rounding.WHOLE, 1, 100),
        ("EUR", "CNY", "8.2", "0", Rounding.FIVES, 1250, 10500),
    ],
)
def test_prices_that_were_calculated_by_hand(
    own: str, other: str, rate: str, adjustment: str, rounding: Rounding, amount: int, price: int
) -> None:
    made = make_conversion(
        own=own, other=other, rate=Decimal(rate), adjustment_percent=Decimal(adjustment), rounding=rounding
    )
    assert made.convert(amount) == price


def test_nothing_ends_in_99_where_there_are_no_decimals_and_each_currency_has_a_rule_that_fits() -> None:
    assert not fits(Rounding.NINETY_NINE, "JPY")
    assert not fits(Rounding.TWENTIETHS, "KRW")
    assert fits(Rounding.TENTHS, "KWD")
    for currency in CURRENCIES:
        assert fits(usual_rounding(currency), currency)


@pytest.mark.parametrize(("rate", "adjustment"), [("0", "0"), ("-1", "0"), ("1", "-100")])
def test_what_is_no_rate_makes_no_prices(rate: str, adjustment: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        make_conversion(own="USD", other="EUR", rate=Decimal(rate), adjustment_percent=Decimal(adjustment))


@pytest.mark.django_db
def test_the_database_says_the_same_to_the_last_unit() -> None:
    amounts = [-5, 0, 1, 2, 3, 4, 5, 49, 50, 51, 94, 95, 99, 100, 149, 150, 1999, 123_456_789, 10**12, None]
    amounts += [7 * 3**power for power in range(24)]
    statement = f"SELECT array_agg({CONVERT_SQL.format('one.amount')} ORDER BY one.nth)"
    statement += " FROM unnest(%(amounts)s::bigint[]) WITH ORDINALITY AS one (amount, nth)"
    rates = (
        "0.00000001",
        "0.00731",
        "0.33333333",
        "0.925",
        "1",
        "1.0835",
        "7.2466",
        "149.995",
        "1375.5",
        "49999.99999999",
    )
    compared = 0
    with connection.cursor() as cursor:
        for other in ("EUR", "JPY", "KWD"):
            for rounding in list_roundings(other):
                for rate in rates:
                    for adjustment in ("0", "-12.5", "3.33"):
                        made = make_conversion(
                            own="USD",
                            other=other,
                            rate=Decimal(rate),
                            adjustment_percent=Decimal(adjustment),
                            rounding=rounding,
                        )
                        cursor.execute(statement, {**made.parameters(), "amounts": amounts})
                        said = [None if one is None else made.convert(one) for one in amounts]
                        assert cursor.fetchone()[0] == said, (other, rounding, rate, adjustment)
                        compared += len(amounts)
    assert compared > 20_000
