"""Remember what was asked, without who asked.

Questions are kept in the process and written down together, by a thread of their own: no search waits for it. A process that is
killed loses those of its last seconds: they tell a merchant what shoppers look for, they bill nobody.
"""

import logging
import threading
from datetime import datetime

from django.conf import settings
from django.db import Error, connections

from core.tenancy import TenantNotReady, current_schema, in_schema
from storefront.catalog.models import Product
from storefront.search.models import SearchClick, SearchQuery

QUERY_LENGTH = 200
LAST_PLACE = 10_000
MOST_WAITING = 1_000

logger = logging.getLogger(__name__)

Waiting = dict[str, list[SearchQuery]]


class _Waiting:
    """What this process has not written down yet, by schema."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rows: Waiting = {}
        self.timer: threading.Timer | None = None


_waiting = _Waiting()


def log_query(*, text: str, results_count: int, now: datetime) -> None:
    """Remember what was asked and how much was found; of a flood in one store, a thousand at a time."""
    row = SearchQuery(text=text[:QUERY_LENGTH], results_count=results_count, created_at=now)
    if not settings.SEARCH_LOG_SECONDS:
        row.save()
        return
    with _waiting.lock:
        rows = _waiting.rows.setdefault(current_schema(), [])
        if len(rows) >= MOST_WAITING:
            return
        rows.append(row)
        if _waiting.timer is None:
            timer = threading.Timer(settings.SEARCH_LOG_SECONDS, _write_and_leave)
            timer.daemon = True
            timer.start()
            _waiting.timer = timer


def write_down() -> int:
    """Write what waits in this process and return how much it was; what its store does not take is dropped."""
    with _waiting.lock:
        rows, _waiting.rows, _waiting.timer = _waiting.rows, {}, None
    written = 0
    for schema_name, queries in rows.items():
        try:
            with in_schema(schema_name):
                written += len(SearchQuery.objects.bulk_create(queries, batch_size=1000))
        except (Error, TenantNotReady):
            logger.warning("%s questions of %s were not written", len(queries), schema_name, exc_info=True)
    return written


def log_click(*, text: str, handle: str, position: int, now: datetime) -> None:
    """Remember which of the found goods was opened, and how far down it stood; what is no product is passed over."""
    product_id = Product.objects.filter(handle=handle).values_list("pk", flat=True).first()
    if text and product_id is not None and 0 < position <= LAST_PLACE:
        SearchClick.objects.create(text=text[:QUERY_LENGTH], product_id=product_id, position=position, created_at=now)


def _write_and_leave() -> None:
    """Write in the timer's thread, whose connection nobody else would ever close."""
    try:
        write_down()
    finally:
        connections.close_all()
