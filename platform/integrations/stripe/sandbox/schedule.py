"""Billing periods, and when the clock has to look at a subscription again."""

import calendar
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.scope import Scope

DAY = 24 * 3600
TRIAL_NOTICE = 3 * DAY
INCOMPLETE_LIFE = 23 * 3600
RETRY_DELAYS = (DAY, 3 * DAY, 5 * DAY)
RUNNING = ("trialing", "active", "past_due")


def add_interval(moment: int, interval: str, count: int) -> int:
    """Return the moment some days, weeks, months or years later; the 31st becomes the month's last day."""
    start = datetime.fromtimestamp(moment, UTC)
    if interval in ("day", "week"):
        return int((start + timedelta(days=count * (7 if interval == "week" else 1))).timestamp())
    months = start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())


def next_boundary(anchor: int, recurring: Obj, after: int) -> int:
    """Return the first period end after a moment, counted from the anchor so that month ends do not drift."""
    step = 1
    while (end := add_interval(anchor, recurring["interval"], recurring["interval_count"] * step)) <= after:
        step += 1
    return end


def items_of(subscription: Obj) -> list[Obj]:
    """Return the subscription's items."""
    items: list[Obj] = subscription["items"]["data"]
    return items


def period_of(subscription: Obj) -> tuple[int, int]:
    """Return start and end of the current period."""
    first = items_of(subscription)[0]
    return first["current_period_start"], first["current_period_end"]


def set_period(subscription: Obj, start: int, end: int) -> None:
    """Write the current period on every item."""
    for item in items_of(subscription):
        item |= {"current_period_start": start, "current_period_end": end}


def due_of(subscription: Obj) -> int | None:
    """Return when something has to happen to the subscription next."""
    status = subscription["status"]
    if status == "incomplete":
        return int(subscription["created"]) + INCOMPLETE_LIFE
    if status not in RUNNING:
        return None
    moments = [period_of(subscription)[1], subscription["cancel_at"], subscription.get("_retry_at")]
    if status == "trialing":
        moments.append(subscription["trial_end"])
        if not subscription.get("_notice_sent"):
            moments.append(subscription["trial_end"] - TRIAL_NOTICE)
    if status == "active":
        moments.append(subscription.get("_unpaid_after"))
    return min(int(moment) for moment in moments if moment is not None)


def save_subscription(scope: Scope, subscription: Obj) -> Obj:
    """Write a subscription and its items."""
    for item in items_of(subscription):
        scope.save(item)
    return scope.save(subscription, due_of(subscription))


def change_subscription(scope: Scope, subscription: Obj, **changes: Any) -> Obj:
    """Change fields, save, and announce `customer.subscription.updated` where something changed."""
    previous = {key: subscription.get(key) for key, value in changes.items() if subscription.get(key) != value}
    subscription.update(changes)
    save_subscription(scope, subscription)
    shown = {key: value for key, value in previous.items() if not key.startswith("_")}
    if shown:
        scope.emit("customer.subscription.updated", subscription, shown)
    return subscription
