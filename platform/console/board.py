"""The bars on merchants' dashboards, remembered in the process for a few seconds: a page asks the database nothing for them."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from console.enums import Audience
from console.models import Announcement
from console.selectors.announcements import list_current, list_stores_with_support
from core.tenancy import in_public
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Reach:
    """An announcement and whom it reaches: `tenant_ids` None is every store whose state is named."""

    announcement: Announcement
    tenant_ids: frozenset[int] | None

    def reaches(self, tenant: Tenant, now: datetime) -> bool:
        one = self.announcement
        if not (one.starts_at <= now and (one.ends_at is None or now < one.ends_at)):
            return False
        if one.audience == Audience.STATE:
            return tenant.state in one.states
        return self.tenant_ids is None or tenant.pk in self.tenant_ids


class _Board:
    """What this process saw at its last look."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen_at: float | None = None
        self.reaches: list[Reach] = []
        self.supported: dict[int, tuple[str, datetime]] = {}

    def look(self, now: datetime) -> None:
        seconds = settings.ANNOUNCEMENT_LOOK_SECONDS
        if seconds is None:
            return
        with self.lock:
            if self.seen_at is not None and time.monotonic() - self.seen_at < seconds:
                return
            self.seen_at = time.monotonic()
        with in_public():
            self.reaches = [Reach(one, ids) for one, ids in list_current(now=now)]
            self.supported = list_stores_with_support(now=now)


_board = _Board()


def find_announcements(*, tenant: Tenant, now: datetime) -> list[Announcement]:
    """Return what is announced to this store now, the most urgent first."""
    _board.look(now)
    return [reach.announcement for reach in _board.reaches if reach.reaches(tenant, now)]


def find_support(*, tenant: Tenant, now: datetime) -> str:
    """Return who of the platform's team is in the store, or an empty text; a few seconds late."""
    _board.look(now)
    email, expires_at = _board.supported.get(tenant.pk, ("", now))
    return email if expires_at > now else ""


def forget_announcements() -> None:
    """Look anew at the next page of this process."""
    _board.seen_at = None
    _board.reaches, _board.supported = [], {}
