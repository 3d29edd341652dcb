"""Who may open the console: the platform's staff; to everybody else it is not there."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from console.models import Announcement
from core.clock import utc_now
from tenants.models import Tenant

ARGUMENTS = {"key": "suspend", "invitation_id": 1}


def console_routes(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for one in (resolver or get_resolver("shopstead.urls_platform")).url_patterns:
        if isinstance(one, URLResolver):
            yield from console_routes(one)
        elif (one.name or "").startswith("console_"):
            yield one


NAMES = sorted(str(route.name) for route in console_routes())


def address_of(name: str, tenant: Tenant, others: dict[str, object] | None = None) -> str:
    route = next(route for route in console_routes() if route.name == name)
    values = {"pk": tenant.pk, **ARGUMENTS, **(others or {})}
    kwargs = {key: values[key] for key in route.pattern.converters}
    return reverse(name, urlconf="shopstead.urls_platform", kwargs=kwargs)


def test_there_are_routes_to_look_at() -> None:
    assert len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_asked_to_log_in_and_a_merchant_finds_nothing(
    name: str, acme: Tenant, owner: User, platform_client: Client
) -> None:
    address = address_of(name, acme)
    for method in ("get", "post", "put", "delete"):
        answer = getattr(platform_client, method)(address)
        assert (answer.status_code, answer["Location"].startswith("/login/?next=")) == (302, True), method
    platform_client.force_login(owner)
    for method in ("get", "post", "put", "delete"):
        answer = getattr(platform_client, method)(address)
        assert answer.status_code == 404, method
        assert "Acme" not in answer.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_the_team_gets_every_page_or_is_told_to_post(name: str, acme: Tenant, console: Client) -> None:
    Announcement.objects.create(
        pk=acme.pk, text_en="x", text_zh="x", starts_at=utc_now(), created_by="x", created_at=utc_now()
    )
    answer = console.get(address_of(name, acme))
    assert answer.status_code in (200, 405), answer.status_code


def test_who_loses_the_right_finds_nothing_from_the_next_request_on(console: Client, jonas: User) -> None:
    assert console.get("/console/").status_code == 200
    User.objects.filter(pk=jonas.pk).update(is_platform_staff=False)
    assert console.get("/console/").status_code == 404


@pytest.mark.parametrize("path", ["/console/", "/console/stores/", "/console/log/"])
def test_on_a_stores_host_there_is_no_console(
    path: str, acme: Tenant, jonas: User, store_client: Callable[[Tenant], Client]
) -> None:
    assert store_client(acme).get(path).status_code == 404
