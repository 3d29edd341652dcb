"""What a merchant does to goods day after day: the grid, bulk actions, drafts, and two people at one product."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import goods, merchant
from tests.browser.merchant import PASSWORD, Store
from tests.browser.people import People, Person, fits_its_window
from tests.browser.running import RunningPlatform

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def shop(platform: RunningPlatform, people: People, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with a dozen goods."""
    store = merchant.sign_up(platform, people.come("june"), name="Ridge", slug="ridge")
    file = Path(tmp_path_factory.mktemp("shelf")) / "products.csv"
    file.write_bytes(goods.shelf())
    platform.run("import", store.slug, "products", str(file))
    return store


@pytest.fixture(scope="module")
def mei(shop: Store, platform: RunningPlatform, people: People) -> Person:
    """A colleague of the merchant's, logged in on a phone."""
    email = f"mei@{shop.slug}.example"
    platform.do(
        "from accounts.services import create_user\n"
        "from core.clock import utc_now\n"
        "from tenants.models import Membership\n"
        "from tenants.selectors import get_tenant\n"
        f"mei = create_user(email={email!r}, password={PASSWORD!r}, now=utc_now(), name='Mei')\n"
        f"Membership.objects.create(user=mei, tenant=get_tenant({shop.slug!r}), role='manager', created_at=utc_now())\n"
    )
    colleague = people.come("mei", with_phone=True)
    page = colleague.page
    page.goto(f"{platform.url}/login/?store={shop.slug}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"{shop.url}/dashboard/")
    return colleague


def open_product(page: Page, shop: Store, title: str) -> None:
    page.goto(f"{shop.url}/dashboard/products/?q={title}")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def pick(page: Page, title: str) -> None:
    page.get_by_role("checkbox", name=f"Select {title}").check()


def written(page: Page) -> Locator:
    """Return the place of the description in which somebody types, once it is there."""
    return page.locator(".prose-text").first


def test_cells_are_typed_over_from_one_to_the_next_saved_together_and_taken_back(shop: Store) -> None:
    page = shop.visit("products/")
    for title in ("Camp kettle", "Trail mug"):
        pick(page, title)
    page.get_by_role("button", name="Edit in grid").click()
    kettle, mug = page.get_by_label("Price: Camp kettle"), page.get_by_label("Price: Trail mug")
    before = mug.input_value()
    kettle.click()
    kettle.fill("41.00")
    kettle.press("Enter")
    expect(mug).to_be_focused()
    mug.fill("free")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text("“free” is not an amount.")
    expect(page.get_by_label("Price: Camp kettle")).to_have_value("41.00")
    page.get_by_label("Price: Trail mug").fill("12.50")
    page.get_by_role("button", name="Save", exact=True).locator("visible=true").click()
    toast = page.locator(".toast", has_text="Saved 2 cells.")
    expect(toast).to_be_visible()
    expect(page.get_by_label("Price: Trail mug")).to_have_value("12.50")
    shop.merchant.shoot("2-grid-saved")
    toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Price: Trail mug")).to_have_value(before)


def test_what_was_done_to_many_is_taken_back_with_one_press(shop: Store, platform: RunningPlatform) -> None:
    page = shop.visit("products/")
    page.get_by_role("checkbox", name="Select this page").check()
    page.get_by_role("button", name="Archive", exact=True).click()
    toast = page.locator(".toast", has_text="Archived 12 products.")
    expect(toast).to_be_visible()
    assert platform.api(shop.slug, "products")["data"] == []
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="12 products are as they were.")).to_be_visible()
    # Goods without a picture are marked as soon as they have been looked at, which may be now or in a moment.
    expect(page.get_by_role("row", name=re.compile("Trail mug"))).to_contain_text(re.compile("Active|Needs attention"))
    assert len(platform.api(shop.slug, "products")["data"]) == 12


def test_what_is_typed_comes_back_in_another_window_and_can_be_thrown_away(shop: Store) -> None:
    page = shop.page
    open_product(page, shop, "Wool socks")
    text = written(page)
    text.click()
    page.wait_for_timeout(100)  # within 20 ms of a click the editor puts the caret back where it was
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("暖和的羊毛袜")
    page.get_by_role("button", name="Bold").first.click()
    page.keyboard.insert_text("new")
    page.get_by_label("Title", exact=True).fill("Woolen socks")
    expect(page.locator(".serp .t")).to_have_text("Woolen socks – Ridge")
    expect(page.locator(".savebar [data-kept]")).to_contain_text("kept as a draft")
    shop.merchant.shoot("2-draft-kept")
    window = page.context.new_page()
    window.goto(page.url)
    expect(window.get_by_text("You have this open in another tab.")).to_be_visible()
    expect(window.get_by_label("Title", exact=True)).to_have_value("Wool socks")
    window.get_by_role("link", name="Show it here").click()
    expect(window.get_by_text("were put back.")).to_be_visible()
    expect(window.get_by_label("Title", exact=True)).to_have_value("Woolen socks")
    expect(written(window).locator("p").last).to_have_text("暖和的羊毛袜new")
    expect(written(window).locator("strong")).to_have_text("new")
    window.get_by_role("button", name="Discard").first.click()
    expect(window.get_by_label("Title", exact=True)).to_have_value("Wool socks")
    expect(window.get_by_text("were put back.")).to_have_count(0)
    window.close()
    with page.expect_response(lambda answer: "Woolen socks, gray" in (answer.request.post_data or "")):
        page.get_by_label("Title", exact=True).fill("Woolen socks, gray")
    page.once("dialog", lambda asked: asked.accept())
    page.reload()
    expect(page.get_by_text("were put back.")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Woolen socks, gray")
    page.get_by_role("button", name="Discard").first.click()


def test_a_text_that_the_editor_has_to_mend_is_nobodys_change(shop: Store, platform: RunningPlatform) -> None:
    text = "<table><tr><td colspan=3>a<td>b<tr><td>c</table><b><p>x</b> y</p><ul>loose<li>one</ul>"
    platform.do(
        "from core.tenancy import in_tenant\n"
        "from storefront.catalog.models import Product\n"
        "from tenants.selectors import get_tenant\n"
        f"with in_tenant(get_tenant({shop.slug!r})):\n"
        f"    Product.objects.filter(title='Trail mug').update(description_html={text!r})\n"
    )
    page = shop.page
    open_product(page, shop, "Trail mug")
    expect(written(page)).to_contain_text("loose")
    bar = page.locator(".savebar")
    expect(bar).to_be_hidden()
    assert page.locator("textarea[name=description]").evaluate("area => area.value") == text
    # What an extension of the browser writes into the page is nobody's change either.
    written(page).locator("p").last.evaluate("line => line.append(' by itself')")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    expect(bar).to_be_hidden()
    written(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("!")
    expect(bar).to_be_visible()
    page.get_by_role("button", name="Discard").locator("visible=true").first.click()


def test_two_people_at_one_product_know_of_each_other_and_lose_nothing(shop: Store, mei: Person) -> None:
    mine, hers = shop.page, mei.page
    mine.goto(f"{shop.url}/dashboard/")
    open_product(mine, shop, "Felt hat")
    open_product(hers, shop, "Felt hat")
    expect(hers.locator("[data-presence]")).to_contain_text(f"{shop.email} has this open.")
    hers.get_by_label("Title", exact=True).fill("Felt hat, grey")
    hers.get_by_label("Tags").fill("winter")
    hers.get_by_role("button", name="Save", exact=True).locator("visible=true").click()
    expect(hers.locator(".toast", has_text="Saved.")).to_be_visible()
    fits_its_window(hers)
    mine.get_by_label("Title", exact=True).fill("Felt hat, green")
    expect(mine.locator("[data-presence]")).to_contain_text("Mei saved this product at")
    mine.get_by_role("button", name="Save", exact=True).locator("visible=true").click()
    asked = mine.get_by_role("alert")
    expect(asked).to_contain_text("Felt hat, green")
    expect(asked).to_contain_text("Felt hat, grey")
    expect(mine.get_by_label("Title", exact=True)).to_have_value("Felt hat, green")
    expect(mine.get_by_label("Tags")).to_have_value("winter")
    shop.merchant.shoot("2-two-people")
    asked.get_by_role("button", name="Take the saved one").click()
    expect(mine.get_by_label("Title", exact=True)).to_have_value("Felt hat, grey")
    mine.get_by_label("Title", exact=True).fill("Felt hat, gray-green")
    mine.get_by_role("button", name="Save", exact=True).locator("visible=true").click()
    expect(mine.get_by_role("heading", level=1)).to_contain_text("Felt hat, gray-green")
    expect(mine.get_by_label("Tags")).to_have_value("winter")


def test_what_is_typed_while_a_draft_is_added_up_stays(shop: Store) -> None:
    page = shop.visit("orders/drafts/new/")
    name, note = page.locator("#id_name"), page.get_by_label("Note")
    name.fill("Ana")
    page.evaluate(
        "() => { const ask = window.fetch; window.fetch = async (...asked) => {"
        " await new Promise((go) => { window.letGo = go; }); return ask(...asked); }; }"
    )
    page.get_by_label("Country").select_option("JP")
    name.press("End")
    name.press_sequentially(" Moss")
    note.press_sequentially("Rings tw")
    expect(page.get_by_label("Prefecture")).to_have_count(0)
    page.evaluate("window.letGo()")
    expect(page.get_by_label("Prefecture")).to_be_visible()
    expect(note).to_be_focused()
    note.press_sequentially("ice")
    expect(name).to_have_value("Ana Moss")
    expect(note).to_have_value("Rings twice")
