"""Days of a store: what was sold, who came, which products sold, computed anew for a window and swapped in at once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg import sql

from analytics.frames.daily import daily_sales, daily_visits
from analytics.merchant.models import DailyProductSales, DailySales, DailyVisits, RollupState, Visit
from analytics.merchant.services.visits import forget_visitors
from core.tenancy import current_schema, in_tenant
from tenants.models import Tenant

Day = TypeVar("Day", DailySales, DailyVisits)

WINDOW_DAYS = 40
KEEP_VISITS_DAYS = 90
LOCK_SPACE = "analytics.merchant.refresh"

# Gift cards are money in advance: an order counts without those that it bought, and without their price that went back.
OPEN_ORDERS = """(
    SELECT o.*, COALESCE(sold.amount, 0)::bigint AS cards_amount,
           greatest(0, o.refunded_amount - COALESCE(closed.amount, 0))::bigint AS sales_refund
    FROM orders_order o
    LEFT JOIN (SELECT order_id, sum(total_amount) AS amount FROM orders_orderline WHERE is_gift_card GROUP BY order_id) sold
      ON sold.order_id = o.id
    LEFT JOIN (SELECT order_token, -sum(amount) AS amount FROM credits_creditentry WHERE kind = 'closed' GROUP BY 1) closed
      ON closed.order_token = o.token
    WHERE o.status = 'open' AND {currency} IN (o.currency, o.store_currency)
) sales"""
# What an order in another currency was in the store's own, at the rate of its day.
OWN = """CASE WHEN currency = {{currency}} THEN {amount}
    ELSE COALESCE(round(({amount})::numeric * store_total_amount / NULLIF(total_amount, 0)), 0)::bigint END"""
OWN_TOTAL = OWN.format(amount="total_amount - cards_amount")
OWN_REFUND = OWN.format(amount="sales_refund")

# A window and not a join: right after an import the planner knows nothing of the tables and would join row by row.
ORDERS = f"""
COPY (
    SELECT extract(epoch FROM placed_at)::float8, buyer, items_count, own_total, own_refund,
           extract(epoch FROM first_at)::float8
    FROM (
        SELECT *, CASE WHEN buyer IS NOT NULL THEN min(placed_at) OVER (PARTITION BY buyer) END AS first_at
        FROM (
            SELECT placed_at, items_count, {OWN_TOTAL} AS own_total, {OWN_REFUND} AS own_refund,
                   COALESCE(customer_id::text, NULLIF(lower(email), '')) AS buyer
            FROM {OPEN_ORDERS}
        ) every
    ) known
    WHERE placed_at >= {{since}} AND placed_at < {{until}}
) TO STDOUT (FORMAT csv)
"""  # noqa: S608
ORDER_COLUMNS = ["placed_at", "customer_key", "items_count", "gross_amount", "refund_amount", "first_placed_at"]

VISITS = """
COPY (
    SELECT extract(epoch FROM created_at)::float8, visitor,
           CASE kind WHEN 'product' THEN 'product_view' WHEN 'cart' THEN 'cart_add' ELSE kind END
    FROM merchant_visit WHERE created_at >= {since} AND created_at < {until}
) TO STDOUT (FORMAT csv)
"""
VISIT_COLUMNS = ["occurred_at", "visitor_key", "kind"]

PRODUCTS = """
INSERT INTO merchant_dailyproductsales (day, product_id, title, items_count, net_amount)
SELECT (o.placed_at AT TIME ZONE %(zone)s)::date, l.product_id, max(l.title), sum(l.quantity),
       sum(CASE WHEN o.currency = %(currency)s THEN l.total_amount
                ELSE COALESCE(round(l.total_amount::numeric * o.store_total_amount / NULLIF(o.total_amount, 0)), 0) END)::bigint
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE o.status = 'open' AND %(currency)s IN (o.currency, o.store_currency) AND l.product_id IS NOT NULL AND NOT l.is_gift_card
  AND o.placed_at >= %(since)s AND o.placed_at < %(until)s
GROUP BY 1, 2
"""
BOUNDS = """
SELECT (SELECT min(placed_at) FROM orders_order WHERE status = 'open' AND %(currency)s IN (currency, store_currency)),
       (SELECT min(created_at) FROM merchant_visit)
"""
HISTORY = f"""
SELECT (SELECT (count(*), COALESCE(sum({OWN_TOTAL.format(currency="%(currency)s")}), 0)::bigint,
                COALESCE(sum({OWN_REFUND.format(currency="%(currency)s")}), 0)::bigint)
        FROM {OPEN_ORDERS.format(currency="%(currency)s")} WHERE placed_at < %(moment)s)
     = (SELECT (COALESCE(sum(orders_count), 0)::bigint, COALESCE(sum(gross_amount), 0)::bigint,
                COALESCE(sum(refund_amount), 0)::bigint)
        FROM merchant_dailysales WHERE day < %(day)s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Which days were computed anew, both included; None where the store has no history yet."""

    first_day: date | None
    last_day: date
    orders_count: int
    visits_count: int


def refresh_rollups(*, tenant: Tenant, now: datetime, days: int | None = None) -> Refreshed:
    """Compute the last `days` days of the store's own calendar anew, by default everything since the first order.

    The days are replaced in one transaction; running it twice changes nothing. Days of visits that were pruned already
    keep their numbers. Amounts are what customers paid, refunds stand on the day of their order.
    """
    zone = ZoneInfo(tenant.time_zone)
    today = now.astimezone(zone).date()
    with in_tenant(tenant):
        first_order, first_visit = _bounds(tenant, zone)
        since = min((day for day in (first_order, first_visit) if day is not None), default=None)
        if days is not None and since is not None:
            since = max(since, today - timedelta(days=days - 1))
        refreshed = _replace(tenant, zone, since=since, first_visit=first_visit, today=today, now=now)
        cut = _midnight(today - timedelta(days=KEEP_VISITS_DAYS), zone)
        _delete(Visit.objects.filter(created_at__lt=cut))
        forget_visitors(today=today)
    return refreshed


def refresh_recent(*, tenant: Tenant, now: datetime) -> Refreshed:
    """Compute the last weeks anew, or everything when nothing was computed yet or older orders have changed.

    Older orders change by an import, a late refund or a cancellation; the sums of the older days tell.
    """
    zone = ZoneInfo(tenant.time_zone)
    today = now.astimezone(zone).date()
    day = today - timedelta(days=WINDOW_DAYS - 1)
    with in_tenant(tenant):
        whole = not RollupState.objects.exists() or not _history_agrees(tenant, day, zone)
    return refresh_rollups(tenant=tenant, now=now, days=None if whole else WINDOW_DAYS)


def _replace(
    tenant: Tenant, zone: ZoneInfo, *, since: date | None, first_visit: date | None, today: date, now: datetime
) -> Refreshed:
    orders_count = visits_count = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{LOCK_SPACE}:{current_schema()}"]
            )
        if since is not None:
            start, end = _midnight(since, zone), _midnight(today + timedelta(days=1), zone)
            orders_count = _replace_sales(tenant, zone, since=since, today=today, start=start, end=end)
            if first_visit is not None:
                visits_since = max(since, first_visit)
                visits_count = _replace_visits(
                    zone, since=visits_since, today=today, start=_midnight(visits_since, zone), end=end
                )
        RollupState.objects.update_or_create(pk=1, defaults={"refreshed_at": now})
    return Refreshed(since, today, orders_count, visits_count)


def _replace_sales(tenant: Tenant, zone: ZoneInfo, *, since: date, today: date, start: datetime, end: datetime) -> int:
    orders = _read(ORDERS, ORDER_COLUMNS, currency=tenant.currency, since=start, until=end)
    for name in ("placed_at", "first_placed_at"):
        orders[name] = _moments(orders[name])
    sales = daily_sales(orders, time_zone=zone, since=since, until=today)
    # Days before the window that hold nothing any more, such as those of canceled orders, go with a whole refresh only.
    _delete(DailySales.objects.filter(day__gte=since))
    DailySales.objects.bulk_create(_days(DailySales, sales), batch_size=2_000)
    _delete(DailyProductSales.objects.filter(day__gte=since))
    with connection.cursor() as cursor:
        cursor.execute(PRODUCTS, {"zone": tenant.time_zone, "currency": tenant.currency, "since": start, "until": end})
    return len(orders)


def _replace_visits(zone: ZoneInfo, *, since: date, today: date, start: datetime, end: datetime) -> int:
    visits = _read(VISITS, VISIT_COLUMNS, since=start, until=end)
    visits["occurred_at"] = _moments(visits["occurred_at"])
    rows = daily_visits(visits, time_zone=zone, since=since, until=today)
    _delete(DailyVisits.objects.filter(day__gte=since))
    DailyVisits.objects.bulk_create(_days(DailyVisits, rows), batch_size=2_000)
    return len(visits)


def _delete(rows: QuerySet[Any]) -> None:
    """Delete in one statement: `delete()` would read every row first, because somebody listens to its signal."""
    rows._raw_delete(rows.db)


def _read(query: str, columns: list[str], **values: object) -> pd.DataFrame:
    statement = sql.SQL(query).format(**{name: sql.Literal(value) for name, value in values.items()})
    buffer = BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    texts = {name: "str" for name in ("customer_key", "visitor_key", "kind") if name in columns}
    return pd.read_csv(buffer, header=None, names=columns, dtype=texts, keep_default_na=False, na_values=[""])


def _moments(seconds: "pd.Series[float]") -> "pd.Series[pd.Timestamp]":
    moments: pd.Series[pd.Timestamp] = pd.to_datetime((seconds * 1_000_000).round(), unit="us", utc=True)
    return moments


def _days(model: type[Day], frame: pd.DataFrame) -> list[Day]:
    rows = frame.rename(columns={"date": "day"}).to_dict("records")
    return [model(**{str(k): v.date() if k == "day" else v for k, v in row.items()}) for row in rows]


def _bounds(tenant: Tenant, zone: ZoneInfo) -> tuple[date | None, date | None]:
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, {"currency": tenant.currency})
        first_order, first_visit = (
            None if moment is None else moment.astimezone(zone).date() for moment in cursor.fetchone()
        )
    # A day computed earlier may have lost all its orders since.
    first_day = DailySales.objects.order_by("day").values_list("day", flat=True).first()
    known = [day for day in (first_order, first_day) if day is not None]
    return min(known, default=None), first_visit


def _history_agrees(tenant: Tenant, day: date, zone: ZoneInfo) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"currency": tenant.currency, "moment": _midnight(day, zone), "day": day})
        (agrees,) = cursor.fetchone()
    return bool(agrees)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
