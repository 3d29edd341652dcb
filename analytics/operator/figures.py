"""What one store's schema says of it, for the owner of the platform; run inside the store."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from core.tenancy import current_schema, current_tenant
from tenants.fleet.selectors import count_stored_bytes
from tenants.provisioning.schema import migration_names

PERIOD = timedelta(days=30)
_SALES = """
WITH newest AS (
    SELECT name, placed_at FROM orders_order WHERE status IN ('open', 'canceled') AND source <> 'import'
    ORDER BY placed_at DESC, id DESC LIMIT 1
), sold AS (
    SELECT count(*) FILTER (WHERE placed_at >= %(since)s) AS orders,
           COALESCE(sum(COALESCE(store_total_amount, total_amount))
                    FILTER (WHERE placed_at >= %(since)s AND paid_at IS NOT NULL), 0)::bigint AS gmv,
           count(*) FILTER (WHERE placed_at >= %(month)s) AS in_month
    FROM orders_order
    WHERE status = 'open' AND source <> 'import' AND placed_at >= LEAST(%(since)s, %(month)s) AND placed_at <= %(now)s
)
SELECT (SELECT name FROM newest), (SELECT placed_at FROM newest), sold.orders, sold.gmv, sold.in_month,
       (SELECT count(*) FROM catalog_product WHERE status <> 'archived'), (SELECT count(*) FROM customers_customer)
FROM sold
"""
_SIZE = """
SELECT COALESCE(sum(pg_total_relation_size(c.oid)), 0)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'm')
"""


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """Counts, bytes, and amounts in minor units of the store's currency.

    Gross merchandise volume is what paid orders of the last 30 days came to, before refunds; imported orders were sold
    elsewhere and count nowhere.
    """

    last_order_name: str
    last_order_at: datetime | None
    orders_30d_count: int
    gmv_30d_amount: int
    orders_month_count: int
    products_count: int
    customers_count: int
    schema_bytes: int
    files_bytes: int
    migrations_behind_count: int


def get_store_figures(*, now: datetime) -> StoreFigures:
    """Return the current store's figures, in four queries.

    Raises: NoTenant.
    """
    current_tenant()
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_SALES, {"since": now - PERIOD, "month": month, "now": now})
        name, placed_at, orders, gmv, in_month, products, customers = cursor.fetchone()
        cursor.execute(_SIZE, [current_schema()])
        (schema_bytes,) = cursor.fetchone()
        cursor.execute("SELECT app, name FROM django_migrations")
        behind = len(set(migration_names()) - set(cursor.fetchall()))
    return StoreFigures(
        last_order_name=name or "",
        last_order_at=placed_at,
        orders_30d_count=orders,
        gmv_30d_amount=gmv,
        orders_month_count=in_month,
        products_count=products,
        customers_count=customers,
        schema_bytes=schema_bytes,
        files_bytes=count_stored_bytes(current_schema()),
        migrations_behind_count=behind,
    )
