"""The pages all processes share, in the cache of CACHE_URL; a cache that does not answer is left alone for a while."""

import hashlib
import logging
import time

from django.conf import settings
from django.core.cache import cache

from core.tenancy import in_tenant
from shopstead.page_cache.build import build_id
from shopstead.page_cache.entries import Page
from shopstead.page_cache.memory import Edition, Key
from tenants.models import Tenant

KEEP_SECONDS = 600
REST_SECONDS = 10.0
_OF_ONE_PROCESS = ("LocMemCache", "DummyCache")

logger = logging.getLogger(__name__)


class Shared:
    """Pages by edition and key; editions are never the same twice, so nothing has to be deleted."""

    def __init__(self) -> None:
        self._resting_until = 0.0

    def find(self, tenant: Tenant, edition: Edition, key: Key) -> Page | None:
        """Return the page, or None."""
        if not self._is_there():
            return None
        try:
            with in_tenant(tenant):
                kept = cache.get(_name(edition, key))
        except Exception:
            self._rest()
            return None
        return Page(*kept) if kept else None

    def keep(self, tenant: Tenant, edition: Edition, key: Key, page: Page) -> None:
        """Keep the page for the other processes."""
        seconds = min(KEEP_SECONDS, int(page.until - time.time()))
        if seconds < 1 or not self._is_there():
            return
        try:
            with in_tenant(tenant):
                cache.set(_name(edition, key), (page.packed, page.tag, page.headers, page.until), timeout=seconds)
        except Exception:
            self._rest()

    def _is_there(self) -> bool:
        return time.monotonic() >= self._resting_until and not settings.CACHES["default"]["BACKEND"].endswith(
            _OF_ONE_PROCESS
        )

    def _rest(self) -> None:
        """Whatever the cache's client raised: pages are made without it."""
        logger.warning("the shared page cache does not answer; left alone for %s s", REST_SECONDS, exc_info=True)
        self._resting_until = time.monotonic() + REST_SECONDS


def _name(edition: Edition, key: Key) -> str:
    told = "\n".join((build_id(), edition[0], str(edition[1]), *key))
    return f"page:{hashlib.blake2b(told.encode(), digest_size=20).hexdigest()}"
