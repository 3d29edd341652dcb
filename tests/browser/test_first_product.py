"""From the platform's front page to a product that a shopper can buy, counted in clicks and typed fields."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import goods
from tests.browser.counting import count_hands
from tests.browser.merchant import MAKING_A_STORE, PASSWORD
from tests.browser.people import People, fits_its_window
from tests.browser.running import RunningPlatform, await_that

pytestmark = [pytest.mark.browser]

MOST_CLICKS, MOST_FIELDS = 12, 6


def type_into(page: Page, label: str, words: str) -> None:
    """Click a field and type, as somebody does who does not know of the Tab key."""
    box = page.get_by_label(label, exact=True)
    box.click()
    page.keyboard.type(words)
    expect(box).to_have_value(words)


@pytest.mark.parametrize(
    ("name", "slug", "with_phone"), [("Tinder", "tinder", False), ("云朵", "yun-duo", True)], ids=["desk", "phone"]
)
def test_a_stranger_has_a_product_for_sale_after_twelve_clicks_and_six_fields(
    platform: RunningPlatform, people: People, tmp_path: Path, name: str, slug: str, with_phone: bool
) -> None:
    picture = tmp_path / "mug.png"
    picture.write_bytes(goods.picture())
    stranger = people.come(f"stranger {slug}", with_phone=with_phone)
    page = stranger.page
    hands = count_hands(page)
    page.goto(platform.url)
    page.get_by_role("link", name=re.compile("open a store|start", re.IGNORECASE)).locator("visible=true").first.click()
    type_into(page, "E-mail", f"june@{slug}.example")
    type_into(page, "Password", PASSWORD)
    type_into(page, "Store name", name)
    page.get_by_role("button", name="Create my store").click()
    expect(page.get_by_role("link", name="Add product").locator("visible=true").first).to_be_visible(
        timeout=MAKING_A_STORE
    )
    stranger.shoot(f"0-{slug}-home")
    page.get_by_role("link", name="Add product").locator("visible=true").first.click()
    type_into(page, "Title", "Enamel mug")
    type_into(page, "Price", "24.00")
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Pictures").click()
    chooser.value.set_files(picture)
    stranger.shoot(f"0-{slug}-new")
    page.get_by_role("button", name="Save product").click()
    expect(page.get_by_text("It is live.")).to_be_visible()
    assert hands.clicks <= MOST_CLICKS, hands
    assert len(hands.typed) <= MOST_FIELDS, hands
    assert hands.clicks >= 9, "the hands were not watched"
    fits_its_window(page)
    stranger.shoot(f"0-{slug}-live")

    shopper = people.come(f"shopper of {slug}", with_phone=True).page
    shopper.goto(f"http://{slug}.localhost:{platform.port}/products/")
    shopper.get_by_role("link", name="Enamel mug").click()
    expect(shopper.get_by_text(re.compile(r"24\.00")).first).to_be_visible()
    image = shopper.locator(".gal img").first
    await_that(lambda: image.evaluate("image => image.complete && image.naturalWidth > 0"), "the picture")
    expect(shopper.get_by_role("button", name="Add to cart").locator("visible=true").first).to_be_enabled()
