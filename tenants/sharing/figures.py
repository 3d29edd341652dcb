"""How much of the machine a store may take, by kind of request."""

import threading
import time
from enum import StrEnum

from django.conf import settings
from django.db import DatabaseError

from core.clock import utc_now
from core.tenancy import in_public
from tenants.models import Entitlement, Tenant

API_CALLS = "api_calls_a_minute"
REMEMBERED_SECONDS = 60.0
_MAXIMUM_ENTRIES = 5000

_lock = threading.Lock()
_known: dict[int, tuple[float, int]] = {}


class Kind(StrEnum):
    SHOP = "shop"
    MEDIA = "media"
    DASHBOARD = "dashboard"
    API = "api"


def kind_of(path: str) -> Kind:
    """Return what is asked for, by the path without its language."""
    if path.startswith("/media/"):
        return Kind.MEDIA
    if path.startswith("/dashboard"):
        return Kind.DASHBOARD
    return Kind.API if "/api/" in path[:13] else Kind.SHOP


def requests_a_minute(kind: Kind) -> int:
    """Return what a store may ask of one web process: pictures come twenty to a page, so there may be more of them."""
    every: int = settings.STORE_REQUESTS_A_MINUTE
    return {Kind.MEDIA: every * 10, Kind.DASHBOARD: every // 2}.get(kind, every)


def api_calls_a_minute(tenant: Tenant) -> int:
    """Return the plan's figure, remembered for a minute; without one, or without a database to ask, the smallest plan's."""
    now = time.monotonic()
    entry = _known.get(tenant.pk)
    if entry and entry[0] > now:
        return entry[1]
    try:
        figure = _read(tenant)
    except DatabaseError:
        figure = settings.API_CALLS_A_MINUTE
    with _lock:
        if len(_known) >= _MAXIMUM_ENTRIES:
            _known.clear()
        _known[tenant.pk] = (now + REMEMBERED_SECONDS, figure)
    return figure


def forget_figures() -> None:
    """Forget what is remembered in this process."""
    with _lock:
        _known.clear()


def _read(tenant: Tenant) -> int:
    with in_public():
        row = Entitlement.objects.filter(tenant_id=tenant.pk, key=API_CALLS).first()
    if row is None or (row.valid_until is not None and row.valid_until <= utc_now()):
        return int(settings.API_CALLS_A_MINUTE)
    return int(settings.STORE_REQUESTS_A_MINUTE) if row.value is None else int(row.value)
