"""Ranks products by what they sold for."""

from datetime import datetime

import pandas as pd

from analytics.frames.columns import integer_column, moment_column, require_columns
from analytics.frames.errors import FrameError


def top_products(lines: pd.DataFrame, *, since: datetime, limit: int) -> pd.DataFrame:
    """Return the best selling products of the order lines placed at or after `since`.

    `lines` has one row an order line, all in one currency: `placed_at` (moment with a time zone), `order_id`,
    `product_id` (empty for a product that is gone: left out), `items_count` (int), `amount` (int, minor units, of the
    whole line).

    The result has `product_id`, `items_count`, `orders_count` and `amount` (int64), at most `limit` rows, the highest
    amount first; equal amounts by items, then by product_id.

    Raises:
        FrameError: a column is absent or of the wrong kind, `since` has no time zone, or `limit` is below 1.
    """
    require_columns(lines, "placed_at", "order_id", "product_id", "items_count", "amount")
    if since.tzinfo is None:
        raise FrameError("since must have a time zone")
    if limit < 1:
        raise FrameError("limit must be at least 1")
    sold = pd.DataFrame(
        {
            "product_id": lines["product_id"],
            "order_id": lines["order_id"],
            "items_count": integer_column(lines, "items_count"),
            "amount": integer_column(lines, "amount"),
        }
    )[moment_column(lines, "placed_at") >= pd.Timestamp(since)]
    by_product = sold.groupby("product_id")
    totals = by_product[["items_count", "amount"]].sum()
    totals["orders_count"] = by_product["order_id"].nunique()
    ranked = totals.reset_index().sort_values(
        ["amount", "items_count", "product_id"], ascending=[False, False, True], kind="stable"
    )
    columns = ranked[["product_id", "items_count", "orders_count", "amount"]]
    counts = ["items_count", "orders_count", "amount"]
    return columns.astype(dict.fromkeys(counts, "int64")).head(limit).reset_index(drop=True)
