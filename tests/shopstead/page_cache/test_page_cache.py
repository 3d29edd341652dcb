"""What is shown from memory is what would be rendered now, for everybody, in this store only; and whoever asks for more gets it."""

import dataclasses
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from core import events
from core.clock import utc_now
from core.freshness.marks import marks
from core.shared_pages import NextChangeAsked
from core.tenancy import in_public, in_tenant
from shopstead.page_cache.shared import Shared
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Collection, CollectionProduct, Product, ProductVariant
from storefront.catalog.services import set_status
from storefront.content.models import Page as ContentPage
from storefront.inventory.services import set_stock
from storefront.shipping.models import ShippingMethod
from storefront.theme.models import ThemeSettings
from tenants.models import Tenant
from tenants.services import resume_tenant, suspend_tenant
from tests.fixtures.tenancy import MADE_AT
from tests.shopstead.page_cache.visitor import Answer, Visitor, visitor
from tests.storefront.goods import make_variant

OWN_HEADERS = {"x-request-id"}


@pytest.fixture
def shop(committed_store: Tenant) -> Tenant:
    """A store with goods, really committed."""
    with in_tenant(committed_store):
        mug = make_variant("Enamel mug", price=1800)
        make_variant("Copper pan", price=9900)
        kitchen = Collection.objects.create(title="Kitchen", handle="kitchen")
        CollectionProduct.objects.create(collection=kitchen, product_id=mug.product_id)
    return committed_store


PATHS = [
    "/",
    "/products/",
    "/products/?sort=price",
    "/products/?page=2",
    "/collections/kitchen/",
    "/products/enamel-mug/",
    "/pages/about/",
    "/fragments/shared/?of=goes-with:1",
]
ALL_PATHS = [*PATHS, *(f"/zh-hans{path}" for path in PATHS)]


def seen(visitor: Visitor) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Return what each page answers, without what belongs to the single answer."""
    return {path: _told(visitor.get(path)) for path in ALL_PATHS}


def _told(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}
    return answer.status, headers, answer.body


def plan_product() -> None:
    Product.objects.filter(handle="copper-pan").update(
        published_at=utc_now() - timedelta(minutes=1), title="Planned pan"
    )


EDITS: dict[str, Callable[[], object]] = {
    "price": lambda: ProductVariant.objects.filter(product__handle="enamel-mug").update(price_amount=1234),
    "price on cards": lambda: Product.objects.filter(handle="enamel-mug").update(min_price_amount=1234),
    "stock": lambda: set_stock(variant_id=ProductVariant.objects.order_by("pk").values_list("pk", flat=True)[0],
                               on_hand_count=0, actor="tests", now=MADE_AT),
    "archived": lambda: set_status(product_ids=list(Product.objects.filter(handle="copper-pan").values_list("pk", flat=True)),
                                   status=ProductStatus.ARCHIVED, actor="tests", now=MADE_AT),
    "new product": lambda: make_variant("Tin kettle"),
    "collection": lambda: Collection.objects.update(title="Cooking"),
    "membership": lambda: CollectionProduct.objects.all().delete(),
    "page": lambda: ContentPage.objects.filter(handle="about").update(body_html="<p>Quite another text</p>"),
    "theme": lambda: ThemeSettings.objects.update(hero_title="Another hello", accent="#7a1f2b"),
    "delivery": lambda: ShippingMethod.objects.update(name="By bicycle"),
}  # fmt: skip


@pytest.mark.parametrize("is_marking", [True, False], ids=["marked", "without marks"])
def test_a_hit_is_what_would_be_rendered_now_after_every_edit(
    shop: Tenant, is_marking: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without marks the kept pages are found to be stale."""
    if not is_marking:
        monkeypatch.setattr("core.db.backend.base.write_marks", lambda *_told: None)
        monkeypatch.setattr("core.db.backend.cursors.write_marks", lambda *_told: None)
    keeping, stale = visitor(shop), []
    assert seen(keeping)["/products/enamel-mug/"][0] == 200
    for name, edit in EDITS.items():
        with in_tenant(shop):
            edit()
        rendered = seen(visitor(shop))
        if seen(keeping) != rendered:
            stale.append(name)
        renders = keeping.renders.count
        if seen(keeping) != rendered:
            stale.append(f"{name}, from memory")
        assert keeping.renders.count - renders == sum(told[0] != 200 for told in rendered.values()), name
    assert bool(stale) != is_marking, stale


def test_what_the_platform_says_of_a_store_is_part_of_the_edition(shop: Tenant) -> None:
    keeping = visitor(shop)
    assert "JPY" not in keeping.get("/products/enamel-mug/").text
    with in_public():
        Tenant.objects.filter(pk=shop.pk).update(name="Quite another name", currency="JPY")
    assert seen(keeping) == seen(visitor(shop))
    assert "JPY" in keeping.get("/products/enamel-mug/").text
    with in_public():
        suspend_tenant(tenant_id=shop.pk, reason="unpaid", actor="tests", now=MADE_AT)
    assert keeping.get("/products/enamel-mug/").status == 503
    with in_public():
        resume_tenant(tenant_id=shop.pk, actor="tests", now=MADE_AT)
    assert keeping.get("/products/enamel-mug/").status == 200


def test_what_changes_by_itself_is_shown_until_then_and_nothing_past_midnight(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes_at = utc_now() + timedelta(minutes=7)
    monkeypatch.setitem(events._handlers, NextChangeAsked, [lambda asked: asked.moments.append(comes_at)])
    keeping = visitor(shop)
    keeping.get("/products/")
    kept = next(iter(keeping.process.memory._shelves[shop.schema_name].pages.values()))
    assert kept.until <= comes_at.timestamp(), "or midnight, in the last minutes of a day"
    renders = keeping.renders.count
    keeping.get("/products/")
    assert keeping.renders.count == renders
    now = time.time()
    monkeypatch.setattr("shopstead.page_cache.front.time.time", lambda: now + 8 * 60)
    keeping.get("/products/")
    assert keeping.renders.count == renders + 1


def test_nobody_in_particular_is_on_a_page_for_everybody(shop: Tenant) -> None:
    """Whatever a browser sends of itself, the page is made without it, and nothing is left in the browser."""
    mine = {
        "HTTP_COOKIE": "shopstead_session=abc; shopstead_csrf=def; other=x",
        "HTTP_USER_AGENT": "Albatross",
        "HTTP_REFERER": "http://albatross.example/",
        "HTTP_ACCEPT_LANGUAGE": "zh-hans",
        "HTTP_X_FORWARDED_HOST": "albatross.example",
        "HTTP_HOST": f"{shop.slug}.localhost:4711",
        "HTTP_X_CUSTOM": "Albatross",
    }
    for path in ALL_PATHS:
        answer = visitor(shop).get(path, **mine)
        assert _told(answer) == _told(visitor(shop).get(path)), path
        assert "set-cookie" not in answer.headers
        assert answer.headers["vary"] == "Accept-Encoding"
        assert b"csrfmiddlewaretoken" not in answer.body
        assert b"lbatross" not in answer.body
        assert b"4711" not in answer.body


@pytest.mark.parametrize(
    ("path", "environ"),
    [
        ("/products/", {"HTTP_COOKIE": "a=b; shopstead_support=x"}),
        ("/products/", {"HTTP_COOKIE": "shopstead_preview=x"}),
        ("/products/", {"HTTP_AUTHORIZATION": "Bearer x"}),
        ("/products/", {"HTTP_HX_REQUEST": "true"}),
        ("/products/?unheard=of", {}),
        ("/products/?" + "&".join(f"page={n}" for n in range(13)), {}),
        ("/products/?page=" + "1" * 400, {}),
        ("/products/?page=%ff", {}),
        ("/cart/", {}),
        ("/account/login/", {}),
        ("/fragments/own/?of=cart", {}),
        ("/nothing-there/", {}),
        ("/products/nothing-there/", {}),
    ],
)
def test_what_is_not_the_same_for_everybody_is_made_anew(shop: Tenant, path: str, environ: dict[str, str]) -> None:
    asking = visitor(shop)
    asking.get("/products/")
    asking.get(path, **environ)
    renders = asking.renders.count
    asking.get(path, **environ)
    assert asking.renders.count == renders + 1


def test_what_campaigns_add_and_the_order_of_parameters_make_no_page(shop: Tenant) -> None:
    asking = visitor(shop)
    first = asking.get("/products/?sort=price&page=1")
    for query in ("page=1&sort=price", "utm_source=a&sort=price&gclid=1&page=1", "fbclid=2&page=1&sort=price"):
        assert asking.get(f"/products/?{query}").body == first.body
    assert asking.renders.count == 1


def test_a_browser_that_has_the_page_is_told_so(shop: Tenant) -> None:
    asking = visitor(shop)
    for _asked in ("first", "again"):
        page = asking.get("/products/")
        tag = page.headers["etag"]
        unchanged = asking.get("/products/", HTTP_IF_NONE_MATCH=f'"x", {tag}')
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert unchanged.headers["etag"] == tag
        assert "content-length" not in unchanged.headers
    assert asking.get("/products/", HTTP_IF_NONE_MATCH='W/"other"').status == 200
    plain = asking.get("/products/", HTTP_ACCEPT_ENCODING="")
    assert "content-encoding" not in plain.headers
    assert plain.body == page.body
    assert int(plain.headers["content-length"]) == len(plain.body)
    head = asking.get("/products/", method="HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", tag)
    assert page.headers["cache-control"] == "public, max-age=0, s-maxage=1"
    with in_tenant(shop):
        Product.objects.filter(handle="enamel-mug").update(min_price_amount=5)
    assert asking.get("/products/", HTTP_IF_NONE_MATCH=tag).status == 200


def test_a_hit_asks_the_database_nothing(shop: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.freshness.marks.settings.HOST_LOOK_SECONDS", 1000)
    asking, asked = visitor(shop), []
    asking.get("/products/enamel-mug/")
    with connection.execute_wrapper(lambda execute, *told: asked.append(told[0]) or execute(*told)):
        assert asking.get("/products/enamel-mug/").status == 200
    assert asked == []


def test_a_database_that_cannot_tell_the_mark_is_not_answered_for(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = visitor(shop)
    asking.get("/products/")
    renders = asking.renders.count

    def fail(*_told: object) -> None:
        raise __import__("django.db").db.OperationalError("away")

    monkeypatch.setattr(marks, "_look", fail)
    asking.get("/products/")
    assert asking.renders.count == renders + 1


def test_a_store_that_had_its_share_is_told_so_and_every_hit_is_counted(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(
        "shopstead.page_cache.front.count_request", lambda *, tenant_id, failed: counted.append(tenant_id)
    )
    asking = visitor(shop)
    for _ in range(4):
        asking.get("/products/")
    assert counted == [shop.pk] * 3, "the first one is counted by Django's middleware"
    monkeypatch.setattr("shopstead.page_cache.front.settings.STORE_LIMITS", True)
    monkeypatch.setattr("shopstead.page_cache.front.settings.STORE_REQUESTS_A_MINUTE", 4)
    statuses = [asking.get("/products/").status for _ in range(4)]
    assert statuses[:2] == [200, 200]
    assert statuses[-1] == 429


def test_memory_is_bounded_and_the_greedy_store_gives_first(shop: Tenant, stores: dict[str, Tenant]) -> None:
    from shopstead.page_cache.entries import Page
    from shopstead.page_cache.memory import Memory

    page = Page(b"x" * 10_000, "tag", (), 0)
    memory = Memory(page.size * 10)
    memory.keep("quiet", ("", 1), ("only",), page)
    for number in range(100):
        memory.keep("greedy", ("", 1), (str(number),), page)
    assert (len(memory), memory.size) == (10, page.size * 10)
    assert memory.find("quiet", ("", 1), ("only",)) is page
    assert memory.find("greedy", ("", 1), ("99",)) is page
    assert memory.find("greedy", ("", 2), ("99",)) is None
    memory.keep("greedy", ("", 2), ("0",), dataclasses.replace(page, tag="new"))
    assert (len(memory), memory.size) == (2, page.size * 2)


def test_processes_share_what_one_has_shown_twice_and_do_without_a_cache_that_is_away(shop: Tenant) -> None:
    one, other = visitor(shop), visitor(shop)
    for asking in (one, other):
        asking.process.shared = Shared(settings.CELERY_BROKER_URL)
    page = _told(one.get("/products/"))
    assert _told(one.get("/products/")) == page
    assert (_told(other.get("/products/")), other.renders.count) == (page, 0)
    with in_tenant(shop):
        Product.objects.filter(handle="enamel-mug").update(title="Renamed mug")
    for _ in range(2):
        assert "Renamed mug" in other.get("/products/").text
    assert (one.get("/products/").body, one.renders.count) == (other.get("/products/").body, 1)
    late = visitor(shop)
    late.process.shared = Shared("redis://127.0.0.1:9/0")
    assert (late.get("/products/").status, late.get("/products/").status, late.renders.count) == (200, 200, 1)


def test_what_is_asked_for_once_does_not_fill_the_shared_cache(shop: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asking, written = visitor(shop), list[object]()
    asking.process.shared = Shared(settings.CELERY_BROKER_URL)
    monkeypatch.setattr(asking.process.shared, "keep", lambda *kept: written.append(kept))
    counts = []
    for _ in range(3):
        asking.get("/products/")
        counts.append(len(written))
    assert counts == [0, 1, 1]


@pytest.mark.parametrize("damage", [b"", b"\x1f\x8b", b"[]\n", b'["tag", 7, 1]\nx', b"\xff\n"])
def test_what_is_no_page_in_the_shared_cache_is_made_anew(
    shop: Tenant, damage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = visitor(shop)
    asking.process.shared = Shared(settings.CELERY_BROKER_URL)
    monkeypatch.setattr("shopstead.page_cache.shared._write", lambda _page: damage)
    page = asking.get("/products/")
    asking.get("/products/")
    asking.process.memory.clear()
    again = asking.get("/products/")
    assert (again.status, again.body, asking.renders.count) == (200, page.body, 2)
