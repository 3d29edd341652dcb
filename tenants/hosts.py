"""Which store answers on a host name, remembered for a second so that a busy store costs no query to find."""

import re
import threading
import time

from django.conf import settings

from tenants.models import Tenant
from tenants.selectors import find_tenant_by_host

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_MAXIMUM_ENTRIES = 5000

_lock = threading.Lock()
_known: dict[str, tuple[float, Tenant | None]] = {}


def canonical_host(raw: str) -> str | None:
    """Return the Host header in lower case without its port, or None when it is no plain host name."""
    host = raw.lower()
    name, colon, port = host.partition(":")
    if colon and not port.isdigit():
        return None
    return name if _HOST.fullmatch(name) else None


def find_tenant(host: str) -> Tenant | None:
    """Return the store of this canonical host; a change is seen within HOST_CACHE_SECONDS."""
    now = time.monotonic()
    entry = _known.get(host)
    if entry and entry[0] > now:
        return entry[1]
    tenant = find_tenant_by_host(host)
    with _lock:
        if len(_known) >= _MAXIMUM_ENTRIES:
            _known.clear()
        _known[host] = (now + settings.HOST_CACHE_SECONDS, tenant)
    return tenant


def forget_hosts() -> None:
    """Forget what is remembered in this process."""
    with _lock:
        _known.clear()
