"""A store's orders, interactions and catalog as the engine's arrays, read by COPY and never as model objects."""

import html
import re
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pandas as pd
from django.db import connection

from recsys.engine.data import CatalogFrame, InteractionFrame

COLUMNS = ["customer", "product", "order", "time", "kind"]

# The last column of these two is the engine's InteractionKind: 0 a purchase, 1 a cart add, 2 a view; -1 is no order.
PURCHASES = """
COPY (
SELECT COALESCE(o.customer_id, -1), l.product_id, o.id, floor(extract(epoch FROM o.placed_at))::bigint, 0
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE o.status = 'open' AND l.product_id IS NOT NULL
ORDER BY o.placed_at DESC, l.id DESC LIMIT 2000000
) TO STDOUT (FORMAT csv)
"""
EVENTS = """
COPY (
SELECT customer_id, product_id, -1, floor(extract(epoch FROM created_at))::bigint,
       CASE kind WHEN 'cart' THEN 1 ELSE 2 END
FROM interactions_interaction
ORDER BY id DESC LIMIT 1000000
) TO STDOUT (FORMAT csv)
"""
CATALOG = """
SELECT id, status = 'active' AND is_available, floor(extract(epoch FROM created_at))::bigint, product_type,
       concat_ws(' ', title, product_type, vendor, left(description_html, 4000))
FROM catalog_product ORDER BY id
"""
_TAGS = re.compile(r"<[^>]*>?")


@dataclass(frozen=True, slots=True)
class Export:
    """Hold the engine's two inputs."""

    interactions: InteractionFrame
    catalog: CatalogFrame


def export_store() -> Export:
    """Read the current store: lines of open orders (guests are customer -1), views and cart adds, all products.

    Memory stays bounded: at most the newest two million lines and one million events are read.
    """
    rows = pd.concat([_copy_integers(PURCHASES), _copy_integers(EVENTS)], ignore_index=True)
    interactions = InteractionFrame.from_columns(
        customers=rows["customer"].to_numpy(),
        products=rows["product"].to_numpy(),
        orders=rows["order"].to_numpy(),
        times=rows["time"].to_numpy().astype("datetime64[s]"),
        kinds=rows["kind"].to_numpy(),
    )
    return Export(interactions=interactions, catalog=_read_catalog())


def plain_text(markup: str) -> str:
    """Return the words of HTML without its tags; a tag cut off at the end goes too."""
    return html.unescape(_TAGS.sub(" ", markup))


def _copy_integers(query: str) -> pd.DataFrame:
    buffer = BytesIO()
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    return pd.read_csv(buffer, header=None, names=COLUMNS, dtype="int64")


def _read_catalog() -> CatalogFrame:
    with connection.cursor() as cursor:
        cursor.execute(CATALOG)
        rows = cursor.fetchall()
    return CatalogFrame.from_columns(
        products=np.array([row[0] for row in rows], dtype=np.int64),
        available=np.array([row[1] for row in rows], dtype=np.bool_),
        created=np.array([row[2] for row in rows], dtype=np.int64).astype("datetime64[s]"),
        categories=[row[3] for row in rows],
        texts=[plain_text(row[4]) for row in rows],
    )
