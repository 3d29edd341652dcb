"""Visits are counted without a cookie, and nothing that is sent makes the beacon fail."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

import analytics.merchant
from analytics.merchant.models import Visit, VisitorSalt
from analytics.merchant.services.visits import EVENTS_A_MINUTE, Beacon, record_visit
from core.clock import utc_now
from core.tenancy import in_tenant
from recsys.interactions.models import Interaction
from tenants.models import Tenant
from tests.recsys.serving.shop import NOW, add_customers, add_products, sign_in_shopper

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
Clients = Callable[[Tenant], Client]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def send(client: Client, body: object, **headers: str) -> int:
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    response = client.post(
        "/e", data=data, content_type="text/plain;charset=UTF-8", headers={"user-agent": BROWSER, **headers}
    )
    assert response.content == b""
    assert response.cookies == {}
    return response.status_code


def visits(tenant: Tenant) -> list[tuple[str, str, int | None]]:
    with in_tenant(tenant):
        return list(Visit.objects.order_by("pk").values_list("kind", "path", "product_id"))


def test_views_are_sorted_by_the_page_they_come_from(acme: Tenant, store_client: Clients) -> None:
    with in_tenant(acme):
        (mug,) = add_products(1)
        (_gone,) = add_products(1, prefix="Gone", status="archived")
    client = store_client(acme)

    for path in ("/?utm_source=x", "/products/mug-1/", "/zh-hans/products/mug-1/", "/products/gone-1/", "/checkout/"):
        assert send(client, {"k": "view", "p": path, "r": ""}) == 204
    assert send(client, {"k": "cart", "p": "/products/mug-1/", "r": ""}) == 204

    assert visits(acme) == [
        ("view", "/", None),
        ("product", "/products/mug-1/", mug.pk),
        ("product", "/zh-hans/products/mug-1/", mug.pk),
        ("view", "/products/gone-1/", None),
        ("checkout", "/checkout/", None),
        ("cart", "/products/mug-1/", mug.pk),
    ]


def test_a_signed_in_customers_views_are_remembered_for_recommendations(acme: Tenant, store_client: Clients) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        (mug,) = add_products(1)
        (anna,) = add_customers(1)
        sign_in_shopper(client, anna)

    send(client, {"k": "view", "p": "/products/mug-1/"})
    send(client, {"k": "cart", "p": "/products/mug-1/"})
    send(client, {"k": "view", "p": "/"})

    with in_tenant(acme):
        rows = Interaction.objects.order_by("pk").values_list("customer_id", "product_id", "kind")
        assert list(rows) == [(anna.pk, mug.pk, "view"), (anna.pk, mug.pk, "cart")]


def test_a_visitor_is_the_same_all_day_and_another_one_in_another_store(
    acme: Tenant, globex: Tenant, store_client: Clients
) -> None:
    for tenant in (acme, acme, globex):
        send(store_client(tenant), {"p": "/"})
    send(store_client(acme), {"p": "/"}, **{"user-agent": BROWSER + " Other"})

    with in_tenant(acme):
        first, second, other = Visit.objects.order_by("pk").values_list("visitor", flat=True)
    with in_tenant(globex):
        (stranger,) = Visit.objects.values_list("visitor", flat=True)
    assert first == second
    assert len({first, other, stranger}) == 3
    assert "127.0.0.1" not in first


def test_the_salt_changes_with_the_stores_day(acme: Tenant) -> None:
    acme.time_zone = "Asia/Shanghai"
    told = Beacon("view", "/", "", "192.0.2.1", BROWSER, "acme.localhost")
    seen = []
    with in_tenant(acme):
        for moment in ("15:00", "16:00", "23:59"):
            when = NOW.replace(hour=int(moment[:2]), minute=int(moment[3:]))
            visit = record_visit(tenant=acme, beacon=told, customer_id=None, now=when)
            assert visit is not None
            seen.append(visit.visitor)
        assert VisitorSalt.objects.count() == 2

    assert seen[0] != seen[1]
    assert seen[1] == seen[2]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-gpc": "1"},
        {"dnt": "1"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "curl/8.5"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch;prerender"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_who_asks_not_to_be_counted_and_who_is_no_person_is_not(
    acme: Tenant, store_client: Clients, headers: dict[str, str]
) -> None:
    assert send(store_client(acme), {"p": "/"}, **headers) == 204
    assert visits(acme) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 2000,
        b"1" * 2000,
        {"p": 1},
        {"p": {"a": "b"}},
        {"k": "buy", "p": "/"},
        {"p": ""},
        {"p": "products/"},
        {"p": "//evil.example/"},
        {"p": "/\u0000"},
        {"p": "/%00"},
        {"p": "/\ud800"},
        {"p": "/dashboard/"},
        {"p": "/" + "a" * 3000},
    ],
)
def test_nonsense_is_answered_like_anything_else_and_writes_nothing(
    acme: Tenant, store_client: Clients, body: object
) -> None:
    assert send(store_client(acme), body) == 204
    assert visits(acme) == []


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://news.example/story?id=1", "news.example"),
        ("http://acme.localhost:8000/products/", ""),
        ("http://[", ""),
        ("javascript:alert(1)", ""),
        ("https://" + "a" * 300 + ".example/", "a" * 120),
        ("https://b\u0000d.example/", ""),
        ("https://x\ud800.example/", ""),
    ],
)
def test_of_a_referrer_only_a_clean_foreign_host_is_kept(
    acme: Tenant, store_client: Clients, referrer: str, host: str
) -> None:
    send(store_client(acme), {"p": "/", "r": referrer})

    with in_tenant(acme):
        assert Visit.objects.get().referrer_host == host


def test_other_methods_are_answered_and_write_nothing(acme: Tenant, store_client: Clients) -> None:
    client = store_client(acme)

    for method in ("get", "put", "patch", "delete", "options"):
        assert getattr(client, method)("/e").status_code == 204
    assert visits(acme) == []


def test_a_flood_from_one_visitor_is_cut_off_until_the_next_minute(acme: Tenant) -> None:
    told = Beacon("view", "/", "", "192.0.2.1", BROWSER, "acme.localhost")
    with in_tenant(acme):
        kept = [
            record_visit(tenant=acme, beacon=told, customer_id=None, now=NOW) for _event in range(EVENTS_A_MINUTE + 5)
        ]
        later = record_visit(tenant=acme, beacon=told, customer_id=None, now=NOW + timedelta(minutes=1))

    assert [visit is not None for visit in kept] == [True] * EVENTS_A_MINUTE + [False] * 5
    assert later is not None


def test_a_visit_belongs_to_now(acme: Tenant, store_client: Clients) -> None:
    before = utc_now()
    send(store_client(acme), {"p": "/"})

    with in_tenant(acme):
        assert before <= Visit.objects.get().created_at <= utc_now()


def test_the_script_stays_small_and_sets_no_cookie() -> None:
    script = Path(analytics.merchant.__path__[0], "static", "merchant", "beacon.js").read_text()

    assert len(script.encode()) <= 1200
    assert "cookie" not in script.replace("no cookie", "")
    assert "Storage" not in script
