"""Compares the last days of a store with as many days before them; figures of days in, no frame, so that a page may call it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, TypeVar

from analytics.frames.errors import FrameError

NumberT = TypeVar("NumberT", int, int | None, float | None)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a store did on one day; `net_amount` in minor units."""

    orders_count: int
    net_amount: int
    visitors_count: int


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


def compare_periods(days: Mapping[date, DayFigures], *, today: date, length: int = 30) -> PeriodComparison:
    """Compare the `length` days that end with `today` with as many before them.

    A day that is absent counts as 0; days outside both periods are ignored.

    Raises:
        FrameError: `length` is below 1.
    """
    if length < 1:
        raise FrameError("length must be at least 1")
    current = Period(first_date=today - timedelta(days=length - 1), last_date=today)
    previous = Period(first_date=today - timedelta(days=2 * length - 1), last_date=today - timedelta(days=length))
    nothing = DayFigures(orders_count=0, net_amount=0, visitors_count=0)
    whole = [days.get(previous.first_date + timedelta(days=number), nothing) for number in range(2 * length)]
    sales = [day.net_amount for day in whole]
    orders = [day.orders_count for day in whole]
    visitors = [day.visitors_count for day in whole]
    return PeriodComparison(
        current_period=current,
        previous_period=previous,
        sales=_compare_sums(sales, length),
        orders=_compare_sums(orders, length),
        visitors=_compare_sums(visitors, length),
        conversion=_compare_conversion(orders, visitors, length),
        aov=_compare_aov(sales, orders, length),
    )


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
