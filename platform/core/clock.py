"""The only place that asks the machine what time it is; services take `now` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)
