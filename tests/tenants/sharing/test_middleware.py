"""A store has its share of the machine; what is more is turned away at once, with words."""

from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from core.shares import Buckets, Seats, SharedMinute
from tenants.models import Entitlement, Tenant
from tenants.sharing import middleware
from tenants.sharing.figures import API_CALLS, Kind, forget_figures, kind_of

ClientOf = Callable[[Tenant], Client]
API = "/api/storefront/v1/products"


@pytest.fixture(autouse=True)
def _limits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Switch the limits on, small, and begin with nothing counted."""
    settings.STORE_LIMITS, settings.STORE_REQUESTS_A_MINUTE, settings.STORE_THREADS = True, 6, 1
    monkeypatch.setattr(middleware, "buckets", Buckets())
    monkeypatch.setattr(middleware, "seats", Seats())
    monkeypatch.setattr(middleware, "shared", SharedMinute())
    forget_figures()
    yield
    forget_figures()


def allow_calls(tenant: Tenant, figure: int | None) -> None:
    Entitlement.objects.update_or_create(tenant=tenant, key=API_CALLS, defaults={"value": figure, "valid_until": None})


@pytest.mark.guard("share-of-requests")
def test_a_store_that_floods_is_told_to_wait_and_its_neighbor_is_served(
    acme: Tenant, globex: Tenant, store_client: ClientOf
) -> None:
    flood = [store_client(acme).get("/search/?q=x").status_code for _ in range(6)]
    assert flood.count(429) >= 3
    assert flood[0] == 200
    assert store_client(globex).get("/search/?q=x").status_code == 200


def test_the_page_says_what_to_do_in_both_languages_and_when(acme: Tenant, store_client: ClientOf) -> None:
    for _ in range(6):
        answer = store_client(acme).get("/")
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 10
    text = answer.content.decode()
    assert "very busy" in text
    assert "访客较多" in text
    assert answer["Cache-Control"] == "no-store"


def test_kinds_of_requests_have_a_share_each(acme: Tenant, store_client: ClientOf) -> None:
    client = store_client(acme)
    for _ in range(6):
        client.get("/")
    assert client.get("/").status_code == 429
    assert client.get("/media/nothing.webp").status_code == 404
    assert client.get("/dashboard/").status_code == 302
    assert client.get(API).status_code == 200


@pytest.mark.guard("share-of-api-calls")
def test_the_api_has_the_plans_figure_and_says_what_is_left(acme: Tenant, store_client: ClientOf) -> None:
    allow_calls(acme, 2)
    answers = [store_client(acme).get(API) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=1", "r=0", "r=0"]
    assert answers[0]["RateLimit-Policy"] == '"api";q=2;w=60'
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert answers[2].json()["code"] == "rate_limited"
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_a_store_without_a_plan_has_the_smallest_plans_calls(
    acme: Tenant, store_client: ClientOf, settings: Settings
) -> None:
    Entitlement.objects.filter(tenant=acme, key=API_CALLS).delete()
    settings.API_CALLS_A_MINUTE = 1
    assert [store_client(acme).get(API).status_code for _ in range(2)] == [200, 429]


def test_without_a_cache_the_api_is_counted_here(
    acme: Tenant, store_client: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: object) -> int:
        raise ConnectionError

    allow_calls(acme, 2)
    monkeypatch.setattr(cache, "incr", down)
    assert [store_client(acme).get(API).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.guard("share-of-threads")
def test_a_store_whose_threads_are_busy_is_told_at_once(
    acme: Tenant, globex: Tenant, store_client: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of acme hangs, as behind a lock: the next one of acme is answered without waiting, globex does not notice."""
    inside, go_on, seen = Event(), Event(), []

    def hang() -> None:
        answer = middleware.ShareMiddleware(lambda _request: (inside.set(), go_on.wait(20))[1])._seated(None, acme)  # type: ignore[arg-type, return-value]
        seen.append(answer)

    thread = Thread(target=hang)
    thread.start()
    assert inside.wait(20)
    try:
        answer = store_client(acme).get("/")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "1"
        assert store_client(acme).get(API).json()["code"] == "busy"
        assert store_client(globex).get("/").status_code == 200
    finally:
        go_on.set()
        thread.join(20)
    assert store_client(acme).get("/").status_code == 200


def test_a_seat_is_given_back_after_an_error(acme: Tenant) -> None:
    def fails(_request: object) -> None:
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            middleware.ShareMiddleware(fails)._seated(None, acme)  # type: ignore[arg-type]


def test_the_platforms_own_pages_are_not_counted(platform_client: Client) -> None:
    assert {platform_client.get("/healthz").status_code for _ in range(20)} == {200}


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", Kind.SHOP), ("/zh-hans/products/", Kind.SHOP), ("/media/a.webp", Kind.MEDIA), ("/dashboard/", Kind.DASHBOARD),
     ("/api/storefront/v1/products", Kind.API), ("/zh-hans/api/storefront/v1/products", Kind.API), ("/e", Kind.SHOP)],
)  # fmt: skip
def test_what_is_asked_for_is_told_by_the_path(path: str, kind: Kind) -> None:
    assert kind_of(path) == kind
