"""Monthly recurring revenue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.frames.errors import FrameError
from analytics.frames.revenue import SubscriptionLine, mrr, mrr_by_currency


def line(amount: int, *, status: str = "active", currency: str = "USD", interval: str = "month") -> SubscriptionLine:
    return SubscriptionLine(status=status, amount=amount, currency=currency, interval=interval)


def test_a_month_counts_whole_and_a_year_a_twelfth() -> None:
    assert mrr([line(2900), line(29000, interval="year"), line(1200, status="past_due")], currency="USD") == 6517


@pytest.mark.parametrize("status", ["trialing", "unpaid", "paused", "canceled", "incomplete", "incomplete_expired"])
def test_a_subscription_that_pays_nothing_now_counts_nothing(status: str) -> None:
    assert mrr([line(2900, status=status)], currency="USD") == 0


@pytest.mark.parametrize(("yearly", "monthly"), [(6, 0), (18, 2), (30, 2), (7, 1), (5, 0)])
def test_half_a_minor_unit_is_rounded_to_even(yearly: int, monthly: int) -> None:
    assert mrr([line(yearly, interval="year")], currency="USD") == monthly


def test_rounding_happens_once_at_the_end() -> None:
    assert mrr([line(5, interval="year")] * 12, currency="USD") == 5


def test_currencies_are_reported_apart_whatever_their_case() -> None:
    lines = [line(100), line(200, currency="usd"), line(300, currency="eur"), line(9, currency="CNY", status="paused")]
    assert mrr_by_currency(lines) == {"EUR": 300, "USD": 300}
    assert (mrr(lines, currency="eur"), mrr(lines, currency="GBP")) == (300, 0)


def test_unknown_words_are_named() -> None:
    with pytest.raises(FrameError, match="status sleeping"):
        line(1, status="sleeping")
    with pytest.raises(FrameError, match="interval week"):
        line(1, interval="week")


@given(st.lists(st.tuples(st.integers(0, 10**15), st.sampled_from(["month", "year"])), max_size=20))
def test_a_year_of_revenue_is_within_half_a_minor_unit_a_month(subscriptions: list[tuple[int, str]]) -> None:
    yearly = sum(amount * (12 if interval == "month" else 1) for amount, interval in subscriptions)
    monthly = mrr([line(amount, interval=interval) for amount, interval in subscriptions], currency="USD")
    assert abs(12 * monthly - yearly) <= 6
