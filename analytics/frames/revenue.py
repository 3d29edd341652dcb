"""Computes the platform's monthly recurring revenue from its subscriptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import pandas as pd

from analytics.frames.columns import FrameError, integer_column, require_columns

COUNTED_STATUSES: Final = frozenset({"active", "past_due"})
UNCOUNTED_STATUSES: Final = frozenset({"trialing", "unpaid", "paused", "canceled", "incomplete", "incomplete_expired"})
MONTHS_BY_INTERVAL: Final = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """A subscription as revenue sees it.

    `status` is Stripe's word, `amount` the minor units of `currency` (ISO 4217, either case) paid an interval after
    discounts and before tax, `interval` is `month` or `year`.

    Raises:
        FrameError: the status or the interval is unknown.
    """

    status: str
    amount: int
    currency: str
    interval: str

    def __post_init__(self) -> None:
        if self.status not in COUNTED_STATUSES | UNCOUNTED_STATUSES:
            raise FrameError(f"unknown subscription status {self.status}")
        if self.interval not in MONTHS_BY_INTERVAL:
            raise FrameError(f"unknown billing interval {self.interval}")


def subscription_lines(frame: pd.DataFrame) -> list[SubscriptionLine]:
    """Return the rows of a frame with the columns `status`, `amount`, `currency`, `interval` as lines.

    Raises:
        FrameError: a column is absent, an amount is no integer, or a status or interval is unknown.
    """
    require_columns(frame, "status", "amount", "currency", "interval")
    amounts = integer_column(frame, "amount")
    rows = zip(frame["status"], amounts, frame["currency"], frame["interval"], strict=True)
    return [
        SubscriptionLine(status=str(status), amount=int(amount), currency=str(currency), interval=str(interval))
        for status, amount, currency, interval in rows
    ]


def mrr(subscriptions: pd.DataFrame | Iterable[SubscriptionLine], *, currency: str) -> int:
    """Return the monthly recurring revenue in one currency, in minor units; other currencies are left out.

    Raises:
        FrameError: see `subscription_lines`.
    """
    return mrr_by_currency(subscriptions).get(currency.upper(), 0)


def mrr_by_currency(subscriptions: pd.DataFrame | Iterable[SubscriptionLine]) -> dict[str, int]:
    """Return the monthly recurring revenue by currency in upper case, in minor units, never added up across them.

    A monthly amount counts whole, a yearly one with a twelfth; the exact sum is rounded half-even once, at the end.
    Only active and past_due subscriptions count; a currency with none of them is absent.

    Raises:
        FrameError: see `subscription_lines`.
    """
    lines = subscription_lines(subscriptions) if isinstance(subscriptions, pd.DataFrame) else subscriptions
    sums: dict[str, Fraction] = {}
    for line in lines:
        if line.status in COUNTED_STATUSES:
            key = line.currency.upper()
            sums[key] = sums.get(key, Fraction(0)) + Fraction(line.amount, MONTHS_BY_INTERVAL[line.interval])
    return {key: round(total) for key, total in sorted(sums.items())}
