"""axe-core finds nothing on the pages that everybody meets; `infra/bench/run axe` looks at all of them, in both languages."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.merchant import Store
from tests.browser.people import People

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


def test_pages_that_everybody_meets_have_nothing_for_axe_to_find(people: People, acme: Store, mug: str) -> None:
    reader = people.come("reader").page
    found = [told for path in SHOP for told in found_on(reader, f"{acme.url}{path}")]
    found += [told for path in WORK for told in found_on(acme.page, f"{acme.url}{path}")]
    assert found == []


def test_axe_finds_what_is_wrong(people: People, acme: Store) -> None:
    page = people.come("reader with a broken page").page
    page.goto(f"{acme.url}/")
    page.evaluate("() => document.querySelector('main').append(document.createElement('img'))")
    page.evaluate(AXE_SCRIPT)
    assert "image-alt" in [one["id"] for one in page.evaluate(LOOK)]
