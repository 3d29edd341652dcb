"""Search and filters in a real browser: by keys on a desk in English, by thumb on a phone in Chinese."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import goods
from tests.browser.people import People, fits_its_window
from tests.browser.running import RunningPlatform, await_that

pytestmark = [pytest.mark.browser]

ENGLISH = [
    ("Camp kettle", "Ridge", 5200, 4),
    ("Enamel kettle", "Alder", 3900, 0),
    ("Kettle cozy", "Alder", 1800, 9),
    ("Tin plate", "Ridge", 900, 5),
]
CHINESE = [
    ("紫砂茶壶 西施", "云上", 128000, 3),
    ("龙泉青瓷茶壶", "龙泉坊", 36000, 2),
    ("手绘缠枝盖碗", "云上", 26800, 6),
    ("便携茶壶 旅行套装", "行器", 19800, 0),
]


def open_shop(platform: RunningPlatform, slug: str, rows: list[tuple[str, str, int, int]], *, language: str) -> str:
    """Open a store with these goods and return its address."""
    currency = "CNY" if language == "zh-hans" else "USD"
    words = ["--owner-email", f"{slug}@example.com", "--currency", currency, "--language", language]
    platform.run("tenant", "create", slug, "--name", slug.title(), *words)
    path = platform.data_dir / f"{slug}.csv"
    path.write_bytes(goods.of_brands(rows))
    platform.run("import", slug, "products", str(path))
    return f"http://{slug}.localhost:{platform.port}"


def finds(page: Page, shop: str, words: str, *, said: str) -> bool:
    """Search and tell whether the page says that it looked for something else instead."""
    page.goto(f"{shop}/search/?q={words}")
    return page.get_by_role("status").filter(has_text=said).count() > 0


def titles(page: Page) -> list[str]:
    return page.locator("#list ul.g > li h3").all_inner_texts()


def test_suggestions_are_walked_by_keys_and_filters_count_as_they_are_ticked(
    platform: RunningPlatform, people: People
) -> None:
    shop = open_shop(platform, "alder", ENGLISH, language="en")
    shopper = people.come("shopper at a desk")
    page = shopper.page
    page.goto(shop)
    field = page.get_by_role("combobox", name="Search the shop").locator("visible=true")
    field.press_sequentially("kett")
    options = page.get_by_role("option")
    expect(options).to_have_count(4)  # three goods, and all results
    shopper.shoot("search-suggestions-desk")
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("kett")
    field.press("ArrowDown")
    expect(options).to_have_count(4)
    first = options.first.inner_text().split("\n")[0]
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1, name=first)).to_be_visible()

    await_that(lambda: finds(page, shop, "kettel", said="kettle"), "the words of the goods to be learned")
    assert len(titles(page)) == 3
    page.get_by_role("checkbox", name="Alder 2").check()
    expect(page).to_have_url(re.compile("brand=Alder"))
    expect(page.get_by_text("2 products", exact=True)).to_be_visible()
    page.get_by_role("checkbox", name="In stock 1").check()
    expect(page.get_by_text("1 product", exact=True)).to_be_visible()
    assert titles(page) == ["Kettle cozy"]
    expect(page.get_by_role("heading", level=1)).to_have_text("1 result for kettle")
    shopper.shoot("search-filters-desk")
    chip = page.get_by_role("link", name=re.compile("^Alder.*remove$"))
    chip.click()
    expect(chip).to_have_count(0)
    assert sorted(titles(page)) == ["Camp kettle", "Kettle cozy"]
    page.go_back()
    expect(chip).to_be_visible()


def test_a_chinese_shopper_searches_and_filters_on_a_phone(platform: RunningPlatform, people: People) -> None:
    shop = open_shop(platform, "yunqi", CHINESE, language="zh-hans")
    shopper = people.come("shopper with a phone", with_phone=True)
    page = shopper.page
    page.goto(f"{shop}/search/")
    field = page.get_by_role("combobox").locator("visible=true").last
    field.fill("壶")
    options = page.get_by_role("option")
    expect(options).to_have_count(4)
    shopper.shoot("search-suggestions-phone")
    fits_its_window(page)
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("壶")
    assert len(titles(page)) == 3
    fits_its_window(page)
    shopper.shoot("search-results-phone")
    page.get_by_role("link", name="筛选").click()
    sheet = page.locator("#filters")
    expect(sheet).to_be_visible()
    sheet.get_by_role("checkbox", name="有货").check()
    expect(sheet.get_by_role("button", name="2")).to_be_visible()
    shopper.shoot("search-filters-phone")
    sheet.get_by_role("button", name="2").click()
    expect(page).to_have_url(re.compile("stock=1"))
    assert sorted(titles(page)) == sorted(["紫砂茶壶 西施", "龙泉青瓷茶壶"])
    fits_its_window(page)
    shopper.shoot("search-filtered-phone")
    page.goto(f"{shop}/search/?q=暖气片")
    assert page.locator("main ul.g > li").count() == 3, "what others buy, where nothing is found"
    shopper.shoot("search-nothing-phone")
