"""Read the days of a store and what its home page says of today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from analytics.frames.periods import DayFigures, PeriodComparison, compare_periods
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order

PERIOD_DAYS = 30
SHOWN = 5

FACTS = """
SELECT
  (SELECT refreshed_at FROM merchant_rollupstate WHERE id = 1),
  EXISTS (SELECT FROM catalog_product WHERE status = 'active' AND min_price_amount > 0 AND cover ? 'path'),
  EXISTS (SELECT FROM shipping_shippingmethod WHERE is_active),
  EXISTS (SELECT FROM theme_themeversion
          WHERE state = 'published' AND (actor <> '' OR concat(settings->>'logo', settings->>'announcement') <> '')),
  EXISTS (SELECT FROM orders_order WHERE status = 'open'),
  EXISTS (SELECT FROM merchant_visit),
  (SELECT count(*) FROM orders_order
   WHERE status = 'open' AND fulfillment_status IN ('unfulfilled', 'partly_fulfilled')),
  (SELECT count(*) FROM support_conversation WHERE status = 'open'),
  (SELECT count(*) FROM orders_order WHERE status = 'open' AND payment_status IN ('pending', 'failed')),
  (SELECT count(*) FROM reviews_review WHERE status = 'pending'),
  (SELECT count(*) FROM catalog_product WHERE status <> 'archived' AND issue_codes <> '[]'),
  (SELECT count(*) FROM catalog_product WHERE status = 'active' AND NOT is_available),
  (SELECT count(DISTINCT s.variant_id) FROM inventory_stock s
     JOIN inventory_warehouse w ON w.id = s.warehouse_id
     JOIN catalog_productvariant v ON v.id = s.variant_id AND v.tracks_stock AND v.available_count > 0
     JOIN catalog_product p ON p.id = v.product_id AND p.status = 'active'
    WHERE s.on_hand_count - s.reserved_count
          <= COALESCE(s.low_threshold, (SELECT low_stock_threshold FROM inventory_inventorysettings), 5)
      AND (w.is_default OR s.low_threshold IS NOT NULL OR s.on_hand_count > 0))
"""
DAYS = """
SELECT day, COALESCE(s.orders_count, 0), COALESCE(s.net_amount, 0), COALESCE(v.visitors_count, 0)
FROM (SELECT * FROM merchant_dailysales WHERE day >= %(since)s) s
FULL JOIN (SELECT * FROM merchant_dailyvisits WHERE day >= %(since)s) v USING (day)
"""
TOP = """
WITH best AS (
    SELECT product_id, max(title) AS title, sum(items_count) AS items, sum(net_amount) AS amount
    FROM merchant_dailyproductsales WHERE day >= %(since)s
    GROUP BY product_id ORDER BY amount DESC, product_id LIMIT %(limit)s
)
SELECT b.product_id, COALESCE(p.title, b.title), b.items::bigint, b.amount::bigint, COALESCE(p.cover, '{}'::jsonb)::text
FROM best b LEFT JOIN catalog_product p ON p.id = b.product_id ORDER BY b.amount DESC, b.product_id
"""


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What the home page asks of the store, besides its numbers."""

    refreshed_at: datetime | None
    has_product: bool
    has_delivery: bool
    has_look: bool
    has_order: bool
    has_visit: bool
    to_fulfill_count: int
    open_conversations_count: int
    unpaid_count: int
    waiting_reviews_count: int
    attention_count: int
    sold_out_count: int
    low_count: int


@dataclass(frozen=True, slots=True)
class TopProduct:
    """What a product sold for; `cover` as text of JSON, `amount` in minor units."""

    product_id: int
    title: str
    items_count: int
    amount: int
    cover: str


def get_home_facts() -> HomeFacts:
    """Return them in one query."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS)
        return HomeFacts(*cursor.fetchone())


def compare_last_days(*, today: date, days: int = PERIOD_DAYS) -> PeriodComparison:
    """Return the last days beside as many before them, from the roll-ups."""
    since = today - timedelta(days=2 * days - 1)
    with connection.cursor() as cursor:
        cursor.execute(DAYS, {"since": since})
        figures = {day: DayFigures(*counts) for day, *counts in cursor.fetchall()}
    return compare_periods(figures, today=today, length=days)


def list_recent_orders(limit: int = SHOWN) -> list[Order]:
    """Return the last orders with their customers."""
    placed = Order.objects.filter(status__in=[OrderStatus.OPEN, OrderStatus.CANCELED]).select_related("customer")
    return list(placed.order_by("-placed_at", "-id")[:limit])


def list_top_products(*, since: date, limit: int = SHOWN) -> list[TopProduct]:
    """Return what sold for the most since a day, from the roll-ups."""
    with connection.cursor() as cursor:
        cursor.execute(TOP, {"since": since, "limit": limit})
        return [TopProduct(*row) for row in cursor.fetchall()]
