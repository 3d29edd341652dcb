"""The comparison of the last days with those before."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.frames import FrameError, Period, compare_periods

TODAY = date(2026, 3, 10)


def sales_frame(*rows: tuple[date, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["date", "orders_count", "net_amount"])


def visits_frame(*rows: tuple[date, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["date", "visitors_count"])


def test_two_periods_of_two_days_match_a_hand_count() -> None:
    sales = sales_frame(
        (date(2026, 3, 6), 99, 999_999),
        (date(2026, 3, 7), 1, 1000),
        (date(2026, 3, 8), 1, 1001),
        (date(2026, 3, 9), 3, 2500),
        (date(2026, 3, 11), 99, 999_999),
    )
    visits = visits_frame((date(2026, 3, 7), 40), (date(2026, 3, 9), 50), (date(2026, 3, 10), 10))
    result = compare_periods(sales, visits, today=TODAY, days=2)
    assert result.current_period == Period(date(2026, 3, 9), date(2026, 3, 10))
    assert result.previous_period == Period(date(2026, 3, 7), date(2026, 3, 8))
    assert (result.sales.current, result.sales.previous, result.sales.difference) == (2500, 2001, 499)
    assert result.sales.ratio == 499 / 2001
    assert (result.sales.series, result.sales.previous_series) == ((2500, 0), (1000, 1001))
    assert (result.orders.current, result.orders.previous, result.orders.ratio) == (3, 2, 0.5)
    assert (result.visitors.current, result.visitors.previous, result.visitors.ratio) == (60, 40, 0.5)
    assert (result.conversion.current, result.conversion.previous) == (0.05, 0.05)
    assert (result.conversion.difference, result.conversion.ratio) == (0.0, 0.0)
    assert (result.conversion.series, result.conversion.previous_series) == ((0.06, 0.0), (0.025, None))
    assert (result.aov.current, result.aov.previous, result.aov.difference) == (833, 1000, -167)
    assert (result.aov.series, result.aov.previous_series) == ((833, None), (1000, 1001))
    assert result.aov.ratio == -0.167


def test_the_default_is_thirty_days_against_thirty() -> None:
    result = compare_periods(sales_frame(), visits_frame(), today=TODAY)
    assert result.current_period == Period(date(2026, 2, 9), date(2026, 3, 10))
    assert result.previous_period == Period(date(2026, 1, 10), date(2026, 2, 8))
    assert len(result.sales.series) == len(result.sales.previous_series) == 30


def test_a_store_without_a_sale_or_visitor_has_zeros_and_no_ratios() -> None:
    result = compare_periods(sales_frame(), visits_frame(), today=TODAY, days=3)
    for figure in (result.sales, result.orders, result.visitors):
        assert (figure.current, figure.previous, figure.difference, figure.ratio) == (0, 0, 0, None)
        assert figure.series == (0, 0, 0)
    assert (result.conversion.current, result.conversion.difference, result.conversion.ratio) == (None, None, None)
    assert (result.aov.current, result.aov.difference, result.aov.ratio) == (None, None, None)
    assert result.aov.series == (None, None, None)


def test_a_first_sale_has_a_difference_and_no_ratio() -> None:
    result = compare_periods(sales_frame((TODAY, 1, 500)), visits_frame((TODAY, 4)), today=TODAY, days=1)
    assert (result.sales.difference, result.sales.ratio) == (500, None)
    assert (result.conversion.current, result.conversion.previous, result.conversion.difference) == (0.25, None, None)
    assert (result.aov.current, result.aov.previous, result.aov.difference) == (500, None, None)


def test_a_rise_from_more_refunds_than_sales_is_a_positive_ratio() -> None:
    sales = sales_frame((date(2026, 3, 9), 1, -200), (TODAY, 1, 100))
    assert compare_periods(sales, visits_frame(), today=TODAY, days=1).sales.ratio == 1.5


def test_aov_is_rounded_half_to_even() -> None:
    sales = sales_frame((date(2026, 3, 9), 2, 5), (TODAY, 2, 7))
    result = compare_periods(sales, visits_frame(), today=TODAY, days=1)
    assert (result.aov.previous, result.aov.current) == (2, 4)


def test_dates_as_midnights_are_the_same_as_dates() -> None:
    sales = sales_frame((TODAY, 1, 500))
    as_midnights = sales.assign(date=pd.to_datetime(sales["date"]))
    visits = visits_frame((TODAY, 4))
    assert compare_periods(as_midnights, visits, today=TODAY) == compare_periods(sales, visits, today=TODAY)


def test_a_day_that_occurs_twice_is_refused() -> None:
    with pytest.raises(FrameError, match="a day twice"):
        compare_periods(sales_frame((TODAY, 1, 500), (TODAY, 1, 500)), visits_frame(), today=TODAY)


def test_a_period_of_no_days_is_refused() -> None:
    with pytest.raises(FrameError, match="at least 1"):
        compare_periods(sales_frame(), visits_frame(), today=TODAY, days=0)


def test_float_money_is_refused() -> None:
    sales = sales_frame((TODAY, 1, 500)).astype({"net_amount": "float64"})
    with pytest.raises(FrameError, match="net_amount"):
        compare_periods(sales, visits_frame(), today=TODAY)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=14, max_size=14), st.integers(1, 7))
def test_series_add_up_to_their_period(amounts: list[int], days: int) -> None:
    sales = sales_frame(*((TODAY - timedelta(days=ago), 1, amount) for ago, amount in enumerate(amounts)))
    result = compare_periods(sales, visits_frame(), today=TODAY, days=days)
    assert sum(result.sales.series) == result.sales.current == sum(amounts[:days])
    assert sum(result.sales.previous_series) == result.sales.previous == sum(amounts[days : 2 * days])
