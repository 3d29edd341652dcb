"""Write down how many requests came."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from console.models import StoreTraffic

KEEP = timedelta(days=8)
_ADD = """
INSERT INTO console_storetraffic (tenant_id, hour_at, requests_count, failed_count)
SELECT c.tenant_id, c.hour_at, c.requests_count, c.failed_count
FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::bigint[])
     AS c (tenant_id, hour_at, requests_count, failed_count)
JOIN tenants_tenant t ON t.id = c.tenant_id
ON CONFLICT (tenant_id, hour_at) DO UPDATE
SET requests_count = console_storetraffic.requests_count + excluded.requests_count,
    failed_count = console_storetraffic.failed_count + excluded.failed_count
"""


def add_traffic(counted: Sequence[tuple[int, datetime, int, int]]) -> None:
    """Add (store, hour, requests, failures) to what is there, in one statement; stores that are gone are left out."""
    if not counted:
        return
    ordered = sorted(counted)  # one order of locks for all processes
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(column) for column in zip(*ordered, strict=True)])


def prune_traffic(*, tenant_id: int, now: datetime) -> None:
    """Forget the store's hours that are older than eight days."""
    StoreTraffic.objects.filter(tenant_id=tenant_id, hour_at__lt=now - KEEP).delete()
