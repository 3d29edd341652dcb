"""axe-core finds nothing on the pages that everybody meets; `infra/bench/run axe` looks at all of them, in both languages."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import merchant
from tests.browser.merchant import Store
from tests.browser.people import People
from tests.browser.running import RunningPlatform

pytestmark = [pytest.mark.browser]

SHOP = (
    "/",
    "/products/",
    "/products/enamel-mug/",
    "/search/?q=mug",
    "/search/?q=zzzzqqqq",
    "/cart/",
    "/account/login/",
    "/nothing/",
)
WORK = (
    "/dashboard/",
    "/dashboard/products/",
    "/dashboard/orders/",
    "/dashboard/support/",
    "/dashboard/products/reviews/",
)
WIDTHS = (390, 1366)
LOOK = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


def found_on(page: Page, url: str) -> list[str]:
    page.goto(url)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(AXE_SCRIPT)
        for one in page.evaluate(LOOK):
            found += [f"{url} at {width}: {one['id']}: {node['html'][:200]}" for node in one["nodes"]]
    return found


@pytest.fixture(scope="module")
def shop(platform: RunningPlatform, people: People, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with one product."""
    store = merchant.sign_up(platform, people.come("merchant"), name="Lantern", slug="lantern")
    merchant.add_product(store, title="Enamel mug", price="24.00", quantity=5, folder=tmp_path_factory.mktemp("mug"))
    return store


def test_pages_that_everybody_meets_have_nothing_for_axe_to_find(people: People, shop: Store) -> None:
    reader = people.come("reader").page
    found = [told for path in SHOP for told in found_on(reader, f"{shop.url}{path}")]
    found += [told for path in WORK for told in found_on(shop.page, f"{shop.url}{path}")]
    assert found == []


def test_axe_finds_what_is_wrong(people: People, shop: Store) -> None:
    page = people.come("reader with a broken page").page
    page.goto(f"{shop.url}/")
    page.evaluate("() => document.querySelector('main').append(document.createElement('img'))")
    page.evaluate(AXE_SCRIPT)
    assert "image-alt" in [one["id"] for one in page.evaluate(LOOK)]
