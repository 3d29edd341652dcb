"""Lines of a store's log as people read them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tenants.enums import Role
from tenants.models import TenantEvent
from tenants.people.selectors import name_people
from tenants.people.sentences import say

# Pages of what a line is about; what is not here has none.
_PAGES = {
    "order": "dashboard_order",
    "product": "dashboard_product",
    "conversation": "dashboard_conversation",
    "customer": "dashboard_customer",
}
BLOCK = 1000
_MACHINES = frozenset({"system", "sign-up"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line: who, through whose eyes, as what, did what to which thing."""

    event: TenantEvent
    who: str
    supporter: str
    role: str
    sentence: str
    about: str
    url: str
    changes: list[tuple[str, str]]


def describe_lines(events: Iterable[TenantEvent]) -> list[Line]:
    """Return the lines in the reader's language, with the names that people have now."""
    rows = list(events)
    names = name_people({row.user_id for row in rows if row.user_id is not None})
    return [_describe(row, names) for row in rows]


def describe_in_blocks(events: QuerySet[TenantEvent]) -> Iterator[list[Line]]:
    """Yield the lines of a long log in lists of a thousand, so that the memory holds one of them."""
    rows = events.iterator(chunk_size=BLOCK)
    while block := list(islice(rows, BLOCK)):
        yield describe_lines(block)


def _describe(row: TenantEvent, names: dict[int, str]) -> Line:
    url = _page_of(row)
    return Line(
        event=row,
        who=names.get(row.user_id or 0) or name_actor(row.actor),
        supporter=row.support_actor,
        role=str(Role(row.role).label) if row.role in Role.values else row.role,
        sentence=say(row.type, row.data),
        about=f"{row.object_type} {row.object_id}".strip() if row.object_id else "",
        url=url,
        changes=_changes(row.data),
    )


def name_actor(actor: str) -> str:
    """Return an actor's name for the reader: an address as it is, a machine as what it works for."""
    if actor in _MACHINES or actor.startswith(("tenants.", "billing.", "core.", "task ")):
        return _("Shopstead")
    return _("Shopstead, by command") if actor == "command line" else actor


def _page_of(row: TenantEvent) -> str:
    name = _PAGES.get(row.object_type)
    if name is None or not row.object_id.isdigit():
        return ""
    try:
        return reverse(name, args=[int(row.object_id)])
    except NoReverseMatch:
        return ""


def _changes(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was and what is, of each fact that has changed."""
    before, after = data.get("before"), data.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [(str(before.get(key, "")) or "–", str(value) or "–") for key, value in after.items()]
