"""Compares the last days of a store with as many days before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, TypeVar

import pandas as pd

from analytics.frames.columns import FrameError, day_range, integer_column, require_columns

NumberT = TypeVar("NumberT", int, int | None, float | None)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first_date` to `last_date`, both included."""

    first_date: date
    last_date: date


@dataclass(frozen=True, slots=True)
class Comparison(Generic[NumberT]):
    """One figure in both periods.

    `difference` is current - previous, None where either is; `ratio` is difference / |previous| (0.25 is a quarter
    more), None where the base is 0 or there is none. The series hold one value a day, the oldest first.
    """

    current: NumberT
    previous: NumberT
    difference: NumberT
    ratio: float | None
    series: tuple[NumberT, ...]
    previous_series: tuple[NumberT, ...]


@dataclass(frozen=True, slots=True)
class PeriodComparison:
    """What a store did in the current period against the previous one.

    sales: net amount, minor units. orders: number. visitors: daily visitors, summed. conversion: orders / visitors,
    0.02 is 2 %, None without visitors. aov: sales / orders in minor units, rounded half-even, None without orders.
    """

    current_period: Period
    previous_period: Period
    sales: Comparison[int]
    orders: Comparison[int]
    visitors: Comparison[int]
    conversion: Comparison[float | None]
    aov: Comparison[int | None]


def compare_periods(
    daily_sales: pd.DataFrame, daily_visits: pd.DataFrame, *, today: date, days: int = 30
) -> PeriodComparison:
    """Compare the `days` days that end with `today` with the `days` before them.

    `daily_sales` needs `date`, `orders_count`, `net_amount`; `daily_visits` needs `date`, `visitors_count`; one row a
    day, `date` as a date or a naive midnight, amounts in minor units. A day without a row counts as 0; days outside
    both periods are ignored.

    Raises:
        FrameError: a column is absent or of the wrong kind, a day occurs twice, or `days` is below 1.
    """
    if days < 1:
        raise FrameError("days must be at least 1")
    current = Period(first_date=today - timedelta(days=days - 1), last_date=today)
    previous = Period(first_date=today - timedelta(days=2 * days - 1), last_date=today - timedelta(days=days))
    whole = day_range(previous.first_date, current.last_date)
    sales = _day_values(daily_sales, "net_amount", whole)
    orders = _day_values(daily_sales, "orders_count", whole)
    visitors = _day_values(daily_visits, "visitors_count", whole)
    return PeriodComparison(
        current_period=current,
        previous_period=previous,
        sales=_compare_sums(sales, days),
        orders=_compare_sums(orders, days),
        visitors=_compare_sums(visitors, days),
        conversion=_compare_conversion(orders, visitors, days),
        aov=_compare_aov(sales, orders, days),
    )


def _day_values(frame: pd.DataFrame, name: str, days: pd.DatetimeIndex) -> list[int]:
    require_columns(frame, "date", name)
    index = pd.DatetimeIndex(pd.to_datetime(frame["date"]))
    if index.tz is not None:
        raise FrameError("column date must hold dates without a time zone")
    if index.has_duplicates:
        raise FrameError("column date holds a day twice")
    values = pd.Series(integer_column(frame, name).to_numpy(), index=index, dtype="int64")
    return [int(value) for value in values.reindex(days, fill_value=0)]


def _compare_sums(values: Sequence[int], days: int) -> Comparison[int]:
    before, after = values[:days], values[days:]
    current, previous = sum(after), sum(before)
    return Comparison(
        current=current,
        previous=previous,
        difference=current - previous,
        ratio=_ratio(Fraction(current), Fraction(previous)),
        series=tuple(after),
        previous_series=tuple(before),
    )


def _compare_conversion(orders: Sequence[int], visitors: Sequence[int], days: int) -> Comparison[float | None]:
    current = _quotient(sum(orders[days:]), sum(visitors[days:]))
    previous = _quotient(sum(orders[:days]), sum(visitors[:days]))
    series = [_as_float(_quotient(*pair)) for pair in zip(orders, visitors, strict=True)]
    return Comparison(
        current=_as_float(current),
        previous=_as_float(previous),
        difference=None if current is None or previous is None else float(current - previous),
        ratio=_ratio(current, previous),
        series=tuple(series[days:]),
        previous_series=tuple(series[:days]),
    )


def _compare_aov(sales: Sequence[int], orders: Sequence[int], days: int) -> Comparison[int | None]:
    current = _rounded(_quotient(sum(sales[days:]), sum(orders[days:])))
    previous = _rounded(_quotient(sum(sales[:days]), sum(orders[:days])))
    series = [_rounded(_quotient(*pair)) for pair in zip(sales, orders, strict=True)]
    return Comparison(
        current=current,
        previous=previous,
        difference=None if current is None or previous is None else current - previous,
        ratio=None if current is None or previous is None else _ratio(Fraction(current), Fraction(previous)),
        series=tuple(series[days:]),
        previous_series=tuple(series[:days]),
    )


def _quotient(dividend: int, divisor: int) -> Fraction | None:
    return Fraction(dividend, divisor) if divisor else None


def _rounded(value: Fraction | None) -> int | None:
    return None if value is None else round(value)


def _as_float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _ratio(current: Fraction | None, previous: Fraction | None) -> float | None:
    if current is None or not previous:
        return None
    return float((current - previous) / abs(previous))
