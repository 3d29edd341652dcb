"""Who did what: the logs of all stores and the team's own, as one, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from console.models import ConsoleEvent
from tenants.models import TenantEvent
from tenants.people.lines import name_actor
from tenants.people.sentences import say

KINDS = ("state.", "support.", "console.", "announcement.", "people.", "domain.", "archive.", "restore", "dashboard_")
PER_PAGE = 50
MOST_EXPORTED = 20_000
MOST_AT_ONE_MOMENT = 100
_OWN = {
    "announcement.created": _("wrote the announcement “%(text)s”"),
    "announcement.changed": _("changed the announcement “%(text)s”"),
    "announcement.deleted": _("removed the announcement “%(text)s”"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `store` is None for what belongs to no single store.

    `support_actor` really sat there, where somebody acted as another person.
    """

    created_at: datetime
    kind: str
    actor: str
    store_id: int | None
    store: str | None
    data: Mapping[str, Any] = field(default_factory=dict)
    support_actor: str = ""
    address: str = ""

    @property
    def who(self) -> str:
        """Return the actor's name in the reader's words."""
        return name_actor(self.actor)

    @property
    def reason(self) -> str:
        return str(self.data.get("reason") or "")

    @property
    def untold_reason(self) -> str:
        """Return the reason where the sentence does not tell it."""
        return "" if self.reason in self.sentence else self.reason

    @property
    def sentence(self) -> str:
        """Return what was done, in words that go on after the name of whoever did it."""
        if self.kind not in _OWN:
            return say(self.kind, self.data)
        is_chinese = (get_language() or "en").startswith("zh")
        text = self.data.get("text_zh") if is_chinese else None
        return str(_OWN[self.kind]) % {"text": text or self.data.get("text", "")}


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What the log is asked for; all that is empty asks nothing. `store` is searched for, `store_id` is exactly one."""

    store: str = ""
    person: str = ""
    kind: str = ""
    before: datetime | None = None
    store_id: int | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.store or self.person or self.kind)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first, and where older ones go on."""

    entries: list[Entry]
    next_before: datetime | None


def read_audit_query(params: Mapping[str, str]) -> AuditQuery:
    """Return what an address asks for, without what means nothing."""

    def words(name: str) -> str:
        return params.get(name, "").replace("\x00", "").strip()[:100]

    kind = params.get("kind", "")
    try:
        before = parse_datetime(params.get("before", "").replace(" ", "+"))
    except ValueError:
        before = None
    is_whole = before is not None and before.tzinfo is not None
    return AuditQuery(
        store=words("store"),
        person=words("person"),
        kind=kind if kind in KINDS else "",
        before=before if is_whole else None,
    )


def list_entries(*, query: AuditQuery, limit: int = PER_PAGE) -> AuditPage:
    """Return about `limit` entries in two queries; those of one moment stay on one page."""
    most = limit + MOST_AT_ONE_MOMENT
    of_stores = _filtered(TenantEvent.objects.select_related("tenant"), query)
    if query.store_id is not None:
        of_stores = of_stores.filter(tenant_id=query.store_id)
    elif query.store:
        of_stores = of_stores.filter(Q(tenant__slug=query.store) | Q(tenant__name__icontains=query.store))
    entries = [_of_store(event) for event in of_stores.order_by("-created_at", "-pk")[:most]]
    if not query.store and query.store_id is None:
        own = _filtered(ConsoleEvent.objects.all(), query).order_by("-created_at", "-pk")[:most]
        entries += [Entry(event.created_at, event.type, event.actor, None, None, event.data) for event in own]
    entries.sort(key=lambda entry: entry.created_at, reverse=True)
    while limit < len(entries) and entries[limit].created_at == entries[limit - 1].created_at:
        limit += 1
    return AuditPage(entries[:limit], entries[limit - 1].created_at if len(entries) > limit else None)


def _of_store(event: TenantEvent) -> Entry:
    return Entry(
        created_at=event.created_at,
        kind=event.type,
        actor=event.actor,
        store_id=event.tenant_id,
        store=event.tenant.name,
        data=event.data,
        support_actor=event.support_actor,
        address=event.address or "",
    )


def _filtered(rows: QuerySet[Any], query: AuditQuery) -> QuerySet[Any]:
    if query.person:
        named = Q(actor__icontains=query.person)
        if rows.model is TenantEvent:
            named |= Q(support_actor__icontains=query.person)
        rows = rows.filter(named)
    if query.kind:
        rows = rows.filter(type__startswith=query.kind)
    if query.before:
        rows = rows.filter(created_at__lt=query.before)
    return rows
