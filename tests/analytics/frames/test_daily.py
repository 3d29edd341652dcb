"""Daily roll-ups of orders and visits."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.frames.daily import DAILY_SALES_COLUMNS, DAILY_VISITS_COLUMNS, daily_sales, daily_visits
from analytics.frames.errors import FrameError

ORDER_COLUMNS = ["placed_at", "customer_key", "items_count", "gross_amount", "refund_amount"]
VISIT_COLUMNS = ["occurred_at", "visitor_key", "kind"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def orders_frame(*rows: tuple[datetime, str | None, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=ORDER_COLUMNS)


def visits_frame(*rows: tuple[datetime, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=VISIT_COLUMNS)


def rows_of(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    days = [day.date() for day in frame["date"]]
    return [(day, *map(int, rest)) for day, rest in zip(days, frame.drop(columns="date").to_numpy(), strict=True)]


def test_daily_sales_of_three_days_match_a_hand_count() -> None:
    orders = orders_frame(
        (at("2026-03-01T09:00"), "ann", 2, 1999, 0),
        (at("2026-03-01T10:00"), "ann", 1, 501, 501),
        (at("2026-03-01T11:00"), "bob", 3, 3000, 0),
        (at("2026-03-03T08:00"), "ann", 1, 700, 0),
        (at("2026-03-03T08:01"), None, 4, 400, 100),
    )
    result = daily_sales(orders, time_zone="UTC")
    assert tuple(result.columns) == DAILY_SALES_COLUMNS
    assert rows_of(result) == [
        (date(2026, 3, 1), 3, 6, 5500, 501, 4999, 2, 0),
        (date(2026, 3, 2), 0, 0, 0, 0, 0, 0, 0),
        (date(2026, 3, 3), 2, 5, 1100, 100, 1000, 0, 1),
    ]
    assert {str(dtype) for dtype in result.dtypes[1:]} == {"int64"}


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [("UTC", date(2026, 3, 1)), ("Asia/Shanghai", date(2026, 3, 2)), ("America/New_York", date(2026, 3, 1))],
)
def test_a_sale_at_half_past_eleven_utc_belongs_to_its_local_day(time_zone: str, day: date) -> None:
    result = daily_sales(orders_frame((at("2026-03-01T23:30"), "ann", 1, 100, 0)), time_zone=time_zone)
    assert [row[0] for row in rows_of(result)] == [day]


def test_the_days_on_which_clocks_change_have_23_and_25_hours() -> None:
    spring = [at("2026-03-28T23:00") + timedelta(hours=hour) for hour in range(24)]
    autumn = [at("2026-10-24T22:00") + timedelta(hours=hour) for hour in range(26)]
    orders = orders_frame(*((moment, "ann", 1, 1, 0) for moment in spring + autumn))
    result = daily_sales(orders, time_zone="Europe/Berlin").set_index("date")["orders_count"]
    assert int(result[pd.Timestamp("2026-03-29")]) == 23
    assert int(result[pd.Timestamp("2026-10-25")]) == 25


def test_a_day_whose_midnight_does_not_exist_is_still_a_day() -> None:
    result = daily_sales(orders_frame((at("2018-11-04T05:00"), "ann", 1, 100, 0)), time_zone="America/Sao_Paulo")
    assert rows_of(result) == [(date(2018, 11, 4), 1, 1, 100, 0, 100, 1, 0)]


def test_bounds_add_empty_days_and_leave_out_days_beyond_them() -> None:
    orders = orders_frame((at("2026-03-01T09:00"), "ann", 1, 100, 0), (at("2026-03-03T09:00"), "ann", 1, 200, 0))
    result = daily_sales(orders, time_zone="UTC", since=date(2026, 3, 2), until=date(2026, 3, 4))
    assert rows_of(result) == [
        (date(2026, 3, 2), 0, 0, 0, 0, 0, 0, 0),
        (date(2026, 3, 3), 1, 1, 200, 0, 200, 0, 1),
        (date(2026, 3, 4), 0, 0, 0, 0, 0, 0, 0),
    ]


def test_first_placed_at_tells_a_returning_customer_whose_first_order_is_not_in_the_frame() -> None:
    orders = orders_frame((at("2026-03-01T09:00"), "ann", 1, 100, 0), (at("2026-03-01T09:00"), "bob", 1, 100, 0))
    orders["first_placed_at"] = [at("2025-01-01T00:00"), at("2026-03-01T09:00")]
    [row] = rows_of(daily_sales(orders, time_zone="UTC"))
    assert row[-2:] == (1, 1)


def test_no_orders_give_no_days_or_the_days_asked_for() -> None:
    empty = pd.DataFrame(columns=ORDER_COLUMNS)
    nothing = daily_sales(empty, time_zone="UTC")
    assert (len(nothing), tuple(nothing.columns)) == (0, DAILY_SALES_COLUMNS)
    asked = daily_sales(empty, time_zone="UTC", since=date(2026, 3, 1), until=date(2026, 3, 2))
    assert rows_of(asked) == [(date(2026, 3, 1), *[0] * 7), (date(2026, 3, 2), *[0] * 7)]


@pytest.mark.parametrize("column", ORDER_COLUMNS)
def test_an_absent_column_is_named(column: str) -> None:
    orders = orders_frame((at("2026-03-01T09:00"), "ann", 1, 100, 0)).drop(columns=column)
    with pytest.raises(FrameError, match=column):
        daily_sales(orders, time_zone="UTC")


def test_float_money_is_refused() -> None:
    orders = orders_frame((at("2026-03-01T09:00"), "ann", 1, 100, 0)).astype({"gross_amount": "float64"})
    with pytest.raises(FrameError, match="gross_amount must hold integers"):
        daily_sales(orders, time_zone="UTC")


def test_moments_without_a_time_zone_are_refused() -> None:
    orders = pd.DataFrame([(datetime(2026, 3, 1), "ann", 1, 100, 0)], columns=ORDER_COLUMNS)  # noqa: DTZ001
    with pytest.raises(FrameError, match="placed_at must hold moments with a time zone"):
        daily_sales(orders, time_zone="UTC")


def test_bounds_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(FrameError, match="is after until"):
        daily_sales(orders_frame(), time_zone="UTC", since=date(2026, 3, 2), until=date(2026, 3, 1))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
order_rows = st.tuples(
    moments,
    st.sampled_from(["ann", "bob", "eve", None]),
    st.integers(0, 50),
    st.integers(0, 10**15),
    st.integers(0, 10**15),
)


@settings(max_examples=40)
@given(st.lists(order_rows, min_size=1, max_size=30), st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]))
def test_the_days_add_up_to_the_orders_to_the_last_minor_unit(
    rows: list[tuple[datetime, str | None, int, int, int]], time_zone: str
) -> None:
    result = daily_sales(orders_frame(*rows), time_zone=time_zone)
    assert int(result["orders_count"].sum()) == len(rows)
    assert int(result["items_count"].sum()) == sum(row[2] for row in rows)
    assert int(result["gross_amount"].sum()) == sum(row[3] for row in rows)
    assert int(result["refund_amount"].sum()) == sum(row[4] for row in rows)
    assert int(result["net_amount"].sum()) == sum(row[3] - row[4] for row in rows)
    assert int(result["new_customers_count"].sum()) == len({row[1] for row in rows} - {None})
    assert result["date"].is_monotonic_increasing
    assert (result["date"].diff().dropna() == pd.Timedelta(days=1)).all()


def test_daily_visits_match_a_hand_count() -> None:
    visits = visits_frame(
        (at("2026-03-01T09:00"), "v1", "view"),
        (at("2026-03-01T09:01"), "v1", "product_view"),
        (at("2026-03-01T09:02"), "v1", "cart_add"),
        (at("2026-03-01T09:03"), "v1", "checkout"),
        (at("2026-03-01T12:00"), "v2", "product_view"),
        (at("2026-03-01T23:30"), "v2", "view"),
        (at("2026-03-03T12:00"), "v2", "view"),
    )
    result = daily_visits(visits, time_zone="Europe/Berlin")
    assert tuple(result.columns) == DAILY_VISITS_COLUMNS
    assert rows_of(result) == [
        (date(2026, 3, 1), 2, 3, 2, 1, 1),
        (date(2026, 3, 2), 1, 1, 0, 0, 0),
        (date(2026, 3, 3), 1, 1, 0, 0, 0),
    ]
    assert {str(dtype) for dtype in result.dtypes[1:]} == {"int64"}


def test_no_visits_give_the_days_asked_for() -> None:
    empty = pd.DataFrame(columns=VISIT_COLUMNS)
    asked = daily_visits(empty, time_zone="UTC", since=date(2026, 3, 1), until=date(2026, 3, 1))
    assert rows_of(asked) == [(date(2026, 3, 1), 0, 0, 0, 0, 0)]


def test_an_unknown_kind_of_visit_is_named() -> None:
    with pytest.raises(FrameError, match="purchase"):
        daily_visits(visits_frame((at("2026-03-01T09:00"), "v1", "purchase")), time_zone="UTC")


visit_rows = st.tuples(
    moments, st.sampled_from(["v1", "v2", "v3"]), st.sampled_from(["view", "product_view", "cart_add", "checkout"])
)


@settings(max_examples=40)
@given(st.lists(visit_rows, min_size=1, max_size=40))
def test_every_visit_event_is_counted_on_one_day(rows: list[tuple[datetime, str, str]]) -> None:
    result = daily_visits(visits_frame(*rows), time_zone="America/New_York")
    kinds = [row[2] for row in rows]
    assert int(result["product_views_count"].sum()) == kinds.count("product_view")
    assert int(result["views_count"].sum()) == kinds.count("view") + kinds.count("product_view")
    assert int(result["cart_adds_count"].sum()) == kinds.count("cart_add")
    assert int(result["checkouts_count"].sum()) == kinds.count("checkout")
    assert int(result["visitors_count"].max()) <= 3
