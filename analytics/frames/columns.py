"""Checks the columns of incoming frames and reads them with the right types."""

from __future__ import annotations

from datetime import date, tzinfo
from zoneinfo import ZoneInfo

import pandas as pd
from pandas.api import types

from analytics.frames.errors import FrameError


def require_columns(frame: pd.DataFrame, *names: str) -> None:
    """Check that the frame has the named columns.

    Raises:
        FrameError: one is absent.
    """
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise FrameError(f"the frame has no column {', '.join(absent)}")


def integer_column(frame: pd.DataFrame, name: str) -> pd.Series[int]:
    """Return a column as int64.

    Raises:
        FrameError: it holds anything but whole numbers, floats and empty values included.
    """
    column = frame[name]
    if column.empty:
        return column.astype("int64")
    if column.isna().any() or not types.is_integer_dtype(column.dtype):
        raise FrameError(f"column {name} must hold integers only, it holds {column.dtype}")
    return column.astype("int64")


def moment_column(frame: pd.DataFrame, name: str) -> pd.Series[pd.Timestamp]:
    """Return a column of moments in UTC; empty values stay empty.

    Raises:
        FrameError: it holds anything but moments with a time zone.
    """
    column = frame[name]
    if column.empty or column.isna().all():
        return pd.Series(pd.NaT, index=column.index, dtype="datetime64[us, UTC]")
    if not isinstance(column.dtype, pd.DatetimeTZDtype):
        raise FrameError(f"column {name} must hold moments with a time zone, it holds {column.dtype}")
    utc: pd.Series[pd.Timestamp] = column.dt.tz_convert("UTC")
    return utc


def local_days(moments: pd.Series[pd.Timestamp], time_zone: str | tzinfo) -> pd.Series[pd.Timestamp]:
    """Return the local calendar day of each moment as a naive midnight."""
    zone = ZoneInfo(time_zone) if isinstance(time_zone, str) else time_zone
    # The zone goes before the hours do: where clocks change at midnight, that midnight does not exist.
    return moments.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize().astype("datetime64[us]")


def day_range(first: date, last: date) -> pd.DatetimeIndex:
    """Return every day from the first to the last, both included."""
    return pd.date_range(first, last, freq="D", unit="us", name="date")


def fill_days(days: pd.DataFrame, *, since: date | None, until: date | None) -> pd.DataFrame:
    """Return one row a day from `since` to `until`, both included, zeros where there was none, `date` as a column.

    Without a bound the first or last day of the frame is taken, and an empty frame stays empty; rows outside the bounds
    are left out.

    Raises:
        FrameError: `since` is after `until`.
    """
    if since is not None and until is not None and since > until:
        raise FrameError(f"since ({since}) is after until ({until})")
    first = days.index.min() if since is None else pd.Timestamp(since)
    last = days.index.max() if until is None else pd.Timestamp(until)
    index = days.index[:0] if pd.isna(first) or pd.isna(last) else day_range(first, last)
    filled = days.reindex(index, fill_value=0).astype("int64")
    filled.index = filled.index.astype("datetime64[us]")
    return filled.rename_axis("date").reset_index()
