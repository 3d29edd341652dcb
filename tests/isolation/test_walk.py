"""Each role walks its own dashboard: every link and every button that it is shown works, and leads to all that it may open."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from core.access import find_access
from core.clock import utc_now
from tenants.enums import Role
from tenants.models import Membership
from tenants.people.permissions import Permission
from tenants.selectors import default_host
from tests.isolation.conftest import Room
from tests.isolation.routes import MEMBER
from tests.isolation.test_replay import nothing, text_of
from tests.isolation.test_roles import MAY, WORK

STORE, PLATFORM = "shopstead.urls_store", "shopstead.urls_platform"
OWN_HOST = default_host("acme")
MOST_PAGES = 400
# Whose pages are explained there and not here.
ELSEWHERE = frozenset({"docs.stripe.com"})
# What no link leads to where nothing of its kind is there: a job under way, a session of support, a part that a page asks for,
# an import under way, the rows of a change just made, the grid of the products ticked, the
# preview of a post that is not published.
WITHOUT_A_LINK = frozenset(
    {"dashboard_job", "dashboard_support_write", "dashboard_customer_orders", "dashboard_import_columns",
     "dashboard_import_run", "dashboard_import_rows", "dashboard_products_change", "dashboard_products_grid",
     "dashboard_post_preview", "dashboard_notification_body", "dashboard_return_new"}
)  # fmt: skip


@dataclass
class Walk:
    """What a role has seen: addresses still to open, those opened, and the doors behind which they stood."""

    client: Client
    may: set[str]
    waiting: list[str] = field(default_factory=lambda: ["/dashboard/"])
    opened: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    doors: set[str] = field(default_factory=set)

    def go(self) -> Iterator[str]:
        """Open page after page and yield, in words, whatever does not work."""
        while self.waiting:
            address = self.waiting.pop()
            parts = urlsplit(address)
            mark = (parts.path, frozenset(pair.partition("=")[0] for pair in parts.query.split("&")))
            if mark in self.opened:
                continue
            self.opened.add(mark)
            assert len(self.opened) < MOST_PAGES
            yield from self._open(address)

    def _open(self, address: str) -> Iterator[str]:
        answer = self.client.get(address)
        if answer.status_code == 302:
            self.waiting.append(urljoin(address, answer["Location"]))
            return
        if answer.status_code != 200:
            yield f"{address}: {answer.status_code}"
            return
        self.doors.add(answer.resolver_match.url_name)
        if address.startswith("/dashboard/") and "html" in answer["Content-Type"]:
            yield from self._read(address, answer)

    def _read(self, here: str, answer: HttpResponse) -> Iterator[str]:
        page = BeautifulSoup(text_of(answer), "html.parser")
        for link in page.select("a[href], [hx-get], [data-hx-get]"):
            target = str(link.get("href") or link.get("hx-get") or link.get("data-hx-get"))
            yield from self._meet(here, target, "get")
        for button in page.select("button, input[type=submit]"):
            if button.get("type", "submit") != "submit" or button.find_parent("fieldset", disabled=True):
                continue
            form = page.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
            if isinstance(form, Tag):
                method = str(button.get("formmethod") or form.get("method") or "get").lower()
                if method != "dialog":  # which only closes
                    yield from self._meet(here, str(button.get("formaction") or form.get("action") or here), method)

    def _meet(self, here: str, target: str, method: str) -> Iterator[str]:
        """Take a link along, or look whether a form's address takes what the role would send."""
        parts = urlsplit(urljoin(f"http://{OWN_HOST}{here}", target))
        if parts.scheme not in ("http", "https") or parts.path.startswith(("/static/", "/media/")):
            return
        if parts.hostname in ELSEWHERE:
            return
        is_ours = parts.hostname == OWN_HOST
        try:
            view = resolve(parts.path, STORE if is_ours else PLATFORM).func
        except Resolver404:
            yield f"{here}: leads to {target}, which is nowhere"
            return
        access = find_access(view) if is_ours else None
        right = access.needed_for(method.upper()) if access else None
        if right is not None and right not in self.may:
            yield f"{here}: shows {method.upper()} {target}, which needs {right}"
        elif is_ours and method == "get" and parts.path.startswith("/dashboard/"):
            self.waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def walk_as(room: Room, role: Role) -> Walk:
    """Return the walk of somebody with this role here and another store besides, so that the switch is there."""
    person = room.acme.owner
    Membership.objects.filter(tenant=room.acme.tenant, user=person).update(role=role)
    Membership.objects.create(tenant=room.globex.tenant, user=person, role=Role.OWNER, created_at=utc_now())
    return Walk(room.client("merchant of acme"), MAY[role])


@pytest.mark.parametrize("role", Role)
def test_whatever_a_role_is_shown_it_may_use_and_whatever_it_may_open_it_finds(room: Room, role: Role) -> None:
    walk = walk_as(room, role)
    nothing(walk.go())
    may_open = {
        name for name, place in WORK.items() if 200 in place.get and (place.needs == MEMBER or place.needs in MAY[role])
    }
    assert may_open - walk.doors - WITHOUT_A_LINK == set()


def test_a_link_to_a_closed_door_is_noticed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a side bar that does not ask what the role may."""
    everything_to_everybody = SimpleNamespace(**dict.fromkeys(Permission.names, Permission.PRODUCTS_VIEW))
    monkeypatch.setattr("shopstead.navigation.Permission", everything_to_everybody)
    walk = walk_as(room, Role.ANALYST)
    assert "/dashboard/: shows GET /dashboard/orders/, which needs orders.view" in list(walk.go())
