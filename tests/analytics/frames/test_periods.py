"""The comparison of the last days with those before."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.frames.errors import FrameError
from analytics.frames.periods import DayFigures, Period, PeriodComparison, compare_periods

TODAY = date(2026, 3, 10)


Sale = tuple[date, int, int]
Visit = tuple[date, int]


def compare(sales: list[Sale], visits: list[Visit], length: int = 30) -> PeriodComparison:
    """Compare days given as (date, orders, net amount) and (date, visitors)."""
    seen = dict(visits)
    sold = {day: (orders, amount) for day, orders, amount in sales}
    figures = {
        day: DayFigures(*sold.get(day, (0, 0)), visitors_count=seen.get(day, 0)) for day in seen.keys() | sold.keys()
    }
    return compare_periods(figures, today=TODAY, length=length)


def test_two_periods_of_two_days_match_a_hand_count() -> None:
    sales = [
        (date(2026, 3, 6), 99, 999_999),
        (date(2026, 3, 7), 1, 1000),
        (date(2026, 3, 8), 1, 1001),
        (date(2026, 3, 9), 3, 2500),
        (date(2026, 3, 11), 99, 999_999),
    ]
    visits = [(date(2026, 3, 7), 40), (date(2026, 3, 9), 50), (date(2026, 3, 10), 10)]
    result = compare(sales, visits, length=2)
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
    result = compare([], [])
    assert result.current_period == Period(date(2026, 2, 9), date(2026, 3, 10))
    assert result.previous_period == Period(date(2026, 1, 10), date(2026, 2, 8))
    assert len(result.sales.series) == len(result.sales.previous_series) == 30


def test_a_store_without_a_sale_or_visitor_has_zeros_and_no_ratios() -> None:
    result = compare([], [], length=3)
    for figure in (result.sales, result.orders, result.visitors):
        assert (figure.current, figure.previous, figure.difference, figure.ratio) == (0, 0, 0, None)
        assert figure.series == (0, 0, 0)
    assert (result.conversion.current, result.conversion.difference, result.conversion.ratio) == (None, None, None)
    assert (result.aov.current, result.aov.difference, result.aov.ratio) == (None, None, None)
    assert result.aov.series == (None, None, None)


def test_a_first_sale_has_a_difference_and_no_ratio() -> None:
    result = compare([(TODAY, 1, 500)], [(TODAY, 4)], length=1)
    assert (result.sales.difference, result.sales.ratio) == (500, None)
    assert (result.conversion.current, result.conversion.previous, result.conversion.difference) == (0.25, None, None)
    assert (result.aov.current, result.aov.previous, result.aov.difference) == (500, None, None)


def test_a_rise_from_more_refunds_than_sales_is_a_positive_ratio() -> None:
    assert compare([(date(2026, 3, 9), 1, -200), (TODAY, 1, 100)], [], length=1).sales.ratio == 1.5


def test_aov_is_rounded_half_to_even() -> None:
    result = compare([(date(2026, 3, 9), 2, 5), (TODAY, 2, 7)], [], length=1)
    assert (result.aov.previous, result.aov.current) == (2, 4)


def test_a_period_of_no_days_is_refused() -> None:
    with pytest.raises(FrameError, match="at least 1"):
        compare([], [], length=0)


@settings(max_examples=40)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=14, max_size=14), st.integers(1, 7))
def test_series_add_up_to_their_period(amounts: list[int], days: int) -> None:
    result = compare([(TODAY - timedelta(days=ago), 1, amount) for ago, amount in enumerate(amounts)], [], length=days)
    assert sum(result.sales.series) == result.sales.current == sum(amounts[:days])
    assert sum(result.sales.previous_series) == result.sales.previous == sum(amounts[days : 2 * days])
