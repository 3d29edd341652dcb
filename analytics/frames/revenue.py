"""Computes the platform's monthly recurring revenue from its subscriptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from analytics.frames.errors import FrameError

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


def mrr(subscriptions: Iterable[SubscriptionLine], *, currency: str) -> int:
    """Return the monthly recurring revenue in one currency, in minor units; other currencies are left out."""
    return mrr_by_currency(subscriptions).get(currency.upper(), 0)


def mrr_by_currency(subscriptions: Iterable[SubscriptionLine]) -> dict[str, int]:
    """Return the monthly recurring revenue by currency in upper case, in minor units, never added up across them.

    A monthly amount counts whole, a yearly one with a twelfth; the exact sum is rounded half-even once, at the end.
    Only active and past_due subscriptions count; a currency with none of them is absent.
    """
    sums: dict[str, Fraction] = {}
    for line in subscriptions:
        if line.status in COUNTED_STATUSES:
            key = line.currency.upper()
            sums[key] = sums.get(key, Fraction(0)) + Fraction(line.amount, MONTHS_BY_INTERVAL[line.interval])
    return {key: round(total) for key, total in sorted(sums.items())}
