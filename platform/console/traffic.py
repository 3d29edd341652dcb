"""Requests of each store, counted in the process and written down together every half minute.

A process that is killed loses what it had not written yet: the figures show how a store is doing, they bill nobody.
"""

import logging
import threading
import time
from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db import Error

from console.services.traffic import add_traffic
from core.clock import utc_now
from core.tenancy import in_public

logger = logging.getLogger(__name__)


class _Tally:
    """What this process has counted since it last wrote it down."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests: Counter[tuple[int, datetime]] = Counter()
        self.failures: Counter[tuple[int, datetime]] = Counter()
        self.written_at = time.monotonic()


_tally = _Tally()


def count_request(*, tenant_id: int, failed: bool) -> None:
    """Count one request of the store, and write everything down when the last time is long enough ago."""
    hour = utc_now().replace(minute=0, second=0, microsecond=0)
    with _tally.lock:
        _tally.requests[tenant_id, hour] += 1
        if failed:
            _tally.failures[tenant_id, hour] += 1
        is_due = time.monotonic() - _tally.written_at >= settings.TRAFFIC_WRITE_SECONDS
    if is_due:
        write_down()


def write_down() -> None:
    """Add what was counted to the database; what cannot be written now is kept for the next time."""
    with _tally.lock:
        _tally.written_at = time.monotonic()
        counted = [
            (tenant_id, hour, count, _tally.failures[tenant_id, hour])
            for (tenant_id, hour), count in _tally.requests.items()
        ]
        _tally.requests.clear()
        _tally.failures.clear()
    try:
        with in_public():
            add_traffic(counted)
    except Error:
        logger.warning("the traffic of %s store hours was not written", len(counted), exc_info=True)
        with _tally.lock:
            for tenant_id, hour, count, failures in counted:
                _tally.requests[tenant_id, hour] += count
                _tally.failures[tenant_id, hour] += failures
