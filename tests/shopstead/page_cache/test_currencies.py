"""A kept page is what would be rendered now, in each currency; an edit of a price list empties its own store alone."""

from decimal import Decimal

from core.freshness.marks import marks
from core.tenancy import in_tenant
from storefront.catalog.models import PriceList
from storefront.catalog.services.fixed_prices import set_fixed_prices
from storefront.catalog.services.price_lists import switch_price_list
from tenants.models import Tenant
from tests.fixtures.tenancy import MADE_AT
from tests.shopstead.page_cache.visitor import visitor
from tests.storefront.currencies import make_price_list
from tests.storefront.goods import make_variant

PATHS = ["/", "/products/", "/products/?sort=price", "/products/enamel-mug/", "/zh-hans/products/enamel-mug/"]


def test_a_hit_equals_a_fresh_page_in_each_currency_before_and_after_every_edit(committed_store: Tenant) -> None:
    with in_tenant(committed_store):
        mug = make_variant("Enamel mug", price=1800)
        make_variant("Copper pan", price=9900)
        row = make_price_list("EUR", "0.5")
    one = visitor(committed_store)
    fixed: dict[int, tuple[int, int | None] | None] = {mug.pk: (777, 999)}
    edits = [
        lambda: None,
        lambda: PriceList.objects.update(rate=Decimal("0.7")),
        lambda: make_price_list("JPY", "150"),
        lambda: set_fixed_prices(product_id=mug.product_id, prices={row.pk: fixed}, actor="t", now=MADE_AT),
        lambda: switch_price_list(list_id=row.pk, is_enabled=False, actor="t", now=MADE_AT),
    ]
    prices = ["€9.00", "€12.60", "€12.60", "€7.77", "$18.00"]
    for edit, price in zip(edits, prices, strict=True):
        with in_tenant(committed_store):
            edit()
        marks.expire()
        other = visitor(committed_store)
        for cookie in ("", "shopstead_currency=EUR", "shopstead_currency=JPY", "shopstead_currency=XXX"):
            for path in PATHS:
                one.get(path, HTTP_COOKIE=cookie)
                before = one.renders.count
                kept = one.get(path, HTTP_COOKIE=cookie)
                assert one.renders.count == before, "a second look is a hit"
                assert kept.body == other.get(path, HTTP_COOKIE=cookie).body, (path, cookie)
                if price != "$18.00":
                    assert kept.headers["vary"] == "Accept-Encoding, Cookie"
        assert price in one.get("/products/enamel-mug/", HTTP_COOKIE="shopstead_currency=EUR").text
        assert "$18.00" in one.get("/products/enamel-mug/").text


def test_a_store_of_one_currency_tells_proxies_nothing_of_cookies(committed_store: Tenant) -> None:
    with in_tenant(committed_store):
        make_variant("Enamel mug", price=1800)
    asking = visitor(committed_store)
    page = asking.get("/products/")
    assert page.headers["vary"] == "Accept-Encoding"
    assert 'name="currency"' not in page.text
