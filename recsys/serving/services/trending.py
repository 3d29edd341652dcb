"""Best-sellers and the newest products, kept fresh between trainings by one statement."""

from datetime import datetime

from django.db import connection

LENGTH = 40
WEEK, MONTH, NEWEST = "7d", "30d", "newest"

# Ages count from the newest order, as in the engine, so that a quiet store still has best-sellers. After eight
# half-lives of thirty days an order weighs under half a percent and is not read.
REFRESH = """
WITH anchor AS (SELECT max(placed_at) AS at FROM orders_order WHERE status = 'open'),
held AS (
    SELECT DISTINCT l.order_id, l.product_id, extract(epoch FROM a.at - o.placed_at)::float8 / 86400 AS days
    FROM anchor a
    JOIN orders_order o ON o.status = 'open' AND o.placed_at > a.at - interval '240 days'
    JOIN orders_orderline l ON l.order_id = o.id
),
scored AS (
    SELECT h.product_id, sum(power(0.5, h.days / 7)) AS week, sum(power(0.5, h.days / 30)) AS month
    FROM held h JOIN catalog_product p ON p.id = h.product_id AND p.status = 'active' AND p.is_available
    GROUP BY h.product_id
)
INSERT INTO serving_trendingproducts (slot, product_ids, refreshed_at)
SELECT slot, product_ids, %(now)s FROM (VALUES
    ('7d', ARRAY(SELECT product_id FROM scored ORDER BY week DESC, product_id LIMIT %(length)s)),
    ('30d', ARRAY(SELECT product_id FROM scored ORDER BY month DESC, product_id LIMIT %(length)s)),
    ('newest', ARRAY(SELECT id FROM catalog_product WHERE status = 'active' AND is_available
                     ORDER BY published_at DESC NULLS LAST, id DESC LIMIT %(length)s))
) AS fresh (slot, product_ids)
ON CONFLICT (slot) DO UPDATE SET product_ids = excluded.product_ids, refreshed_at = excluded.refreshed_at
"""


def refresh_trending(*, now: datetime) -> None:
    """Rank the current store's products by orders that halve in weight every 7 and every 30 days, and by their age."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"now": now, "length": LENGTH})
