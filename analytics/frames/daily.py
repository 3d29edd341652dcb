"""Rolls a store's orders and visits up to local calendar days."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Final

import pandas as pd

from analytics.frames.columns import fill_days, integer_column, local_days, moment_column, require_columns
from analytics.frames.errors import FrameError

DAILY_SALES_COLUMNS: Final = (
    "date",
    "orders_count",
    "items_count",
    "gross_amount",
    "refund_amount",
    "net_amount",
    "new_customers_count",
    "returning_customers_count",
)
DAILY_VISITS_COLUMNS: Final = (
    "date",
    "visitors_count",
    "views_count",
    "product_views_count",
    "cart_adds_count",
    "checkouts_count",
)
VISIT_KINDS: Final = ("view", "product_view", "cart_add", "checkout")


def daily_sales(
    orders: pd.DataFrame, *, time_zone: str | tzinfo, since: date | None = None, until: date | None = None
) -> pd.DataFrame:
    """Return one row a local day with what was sold on it.

    `orders` has one row an order, all in one currency: `placed_at` (moment with a time zone), `customer_key` (any
    hashable, empty for an unknown buyer), `items_count` (int), `gross_amount` and `refund_amount` (int, minor units,
    the refund positive). Optional: `first_placed_at`, the moment of that customer's first order ever, needed where the
    frame does not reach back to it; without it the first order in the frame counts as the first.

    The result has DAILY_SALES_COLUMNS: `date` (naive midnight), the rest int64; amounts in minor units, and
    `net_amount` = `gross_amount` - `refund_amount`. A refund counts on the day of its order. A customer is new on the
    day of the first order, whatever number of orders that day holds, and returning on later days; orders of unknown
    buyers count as neither. Days without orders between `since` and `until` (by default the first and last day with
    one) hold zeros.

    Raises:
        FrameError: a column is absent or of the wrong kind, or `since` is after `until`.
    """
    require_columns(orders, "placed_at", "customer_key", "items_count", "gross_amount", "refund_amount")
    placed_at = moment_column(orders, "placed_at")
    if placed_at.isna().any():
        raise FrameError("column placed_at must not be empty")
    days = local_days(placed_at, time_zone)
    sums = pd.DataFrame(
        {
            "date": days,
            "orders_count": 1,
            "items_count": integer_column(orders, "items_count"),
            "gross_amount": integer_column(orders, "gross_amount"),
            "refund_amount": integer_column(orders, "refund_amount"),
        }
    )
    result = sums.groupby("date").sum()
    result["net_amount"] = result["gross_amount"] - result["refund_amount"]
    new, returning = _customers_by_day(orders, days, time_zone)
    result["new_customers_count"] = new.reindex(result.index, fill_value=0)
    result["returning_customers_count"] = returning.reindex(result.index, fill_value=0)
    return fill_days(result, since=since, until=until)[list(DAILY_SALES_COLUMNS)]


def _customers_by_day(
    orders: pd.DataFrame, days: pd.Series[pd.Timestamp], time_zone: str | tzinfo
) -> tuple[pd.Series[int], pd.Series[int]]:
    """Return how many customers were new and how many returning, by day."""
    known = orders["customer_key"].notna()
    bought = pd.DataFrame({"date": days[known], "customer_key": orders.loc[known, "customer_key"]})
    if bought.empty:
        nobody = pd.Series(dtype="int64")
        return nobody, nobody
    bought["first_day"] = bought["date"]
    if "first_placed_at" in orders.columns:
        told = local_days(moment_column(orders, "first_placed_at"), time_zone)[known]
        bought["first_day"] = told.where(told < bought["date"], bought["date"])
    first_days = bought.groupby("customer_key")["first_day"].min()
    pairs = bought[["date", "customer_key"]].drop_duplicates()
    is_new = pairs["date"] == pairs["customer_key"].map(first_days)
    return pairs[is_new].groupby("date").size(), pairs[~is_new].groupby("date").size()


def daily_visits(
    visits: pd.DataFrame, *, time_zone: str | tzinfo, since: date | None = None, until: date | None = None
) -> pd.DataFrame:
    """Return one row a local day with what visitors did on it.

    `visits` has one row an event: `occurred_at` (moment with a time zone), `visitor_key` (any hashable), `kind` (one of
    VISIT_KINDS: `view` of any page but a product's, `product_view`, `cart_add`, `checkout` begun).

    The result has DAILY_VISITS_COLUMNS: `date` (naive midnight), the rest int64. `visitors_count` is different visitors
    of the day by any event, so the sum over days counts who comes on two days twice; `views_count` is views of all
    pages, products included. Days without events between `since` and `until` (by default the first and last day with
    one) hold zeros.

    Raises:
        FrameError: a column is absent or of the wrong kind, a kind is unknown, or `since` is after `until`.
    """
    require_columns(visits, "occurred_at", "visitor_key", "kind")
    occurred_at = moment_column(visits, "occurred_at")
    if occurred_at.isna().any() or visits["visitor_key"].isna().any():
        raise FrameError("columns occurred_at and visitor_key must not be empty")
    unknown = sorted({str(kind) for kind in visits["kind"].unique()} - set(VISIT_KINDS))
    if unknown:
        raise FrameError(f"column kind holds {', '.join(unknown)}, known are {', '.join(VISIT_KINDS)}")
    kind = visits["kind"]
    events = pd.DataFrame(
        {
            "date": local_days(occurred_at, time_zone),
            "visitor_key": visits["visitor_key"],
            "views_count": kind.isin(["view", "product_view"]).astype("int64"),
            "product_views_count": (kind == "product_view").astype("int64"),
            "cart_adds_count": (kind == "cart_add").astype("int64"),
            "checkouts_count": (kind == "checkout").astype("int64"),
        }
    )
    by_day = events.groupby("date")
    result = by_day[["views_count", "product_views_count", "cart_adds_count", "checkouts_count"]].sum()
    result["visitors_count"] = by_day["visitor_key"].nunique()
    return fill_days(result, since=since, until=until)[list(DAILY_VISITS_COLUMNS)]
