"""Checkout as a guest: few things to fill in, without a script, by the keyboard alone; and an account by one password after it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import goods
from tests.browser.cards import GOOD_CARD, pay
from tests.browser.people import People
from tests.browser.running import RunningPlatform

pytestmark = [pytest.mark.browser]

TITLE, MOST_ELEMENTS, MOST_TABS = "Trail mug", 12, 40
EVERY_ELEMENT = "#checkout-form :is(input:not([type=hidden]), select, textarea, button)"
ADDRESS = {
    "email": "ada@example.com",
    "name": "Ada Moss",
    "line1": "12 Hill Road",
    "city": "Portland",
    "postcode": "97201",
}


@pytest.fixture(scope="module")
def store(platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a store in the United States with a dozen goods."""
    email = "quay@example.com"
    platform.run("tenant", "create", "quay", "--name", "Quay", "--owner-email", email, "--currency", "USD")
    file = Path(tmp_path_factory.mktemp("quay")) / "products.csv"
    file.write_bytes(goods.shelf())
    platform.run("import", "quay", "products", str(file))
    platform.do("from tenants.models import Tenant; Tenant.objects.filter(slug='quay').update(country='US')")
    return f"http://quay.localhost:{platform.port}"


def fill_cart(page: Page, store: str) -> None:
    """Put one thing into the cart and go to checkout by its buttons, with or without a script."""
    page.goto(f"{store}/products/trail-mug/")
    page.get_by_role("button", name="Add to cart").locator("visible=true").last.click()
    page.goto(f"{store}/cart/")
    page.get_by_role("link", name="Check out").locator("visible=true").first.click()
    expect(page.get_by_role("heading", name="Checkout", level=1)).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of this name, or the button that moves money, has the focus, and can be seen to have it."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "(e => [e.name, e.textContent, getComputedStyle(e).outlineStyle])(document.activeElement)"
        )
        if focus[0] == name or (name == "" and str(focus[1]).startswith("Continue to payment")):
            assert focus[2] != "none", f"nobody sees that {name or 'the button'} has the focus"
            return
    raise AssertionError(f"{name or 'the button'} is not reached by Tab")


def test_a_guest_fills_in_at_most_twelve_things_and_goes_on_by_the_keyboard_alone(
    store: str, people: People, platform: RunningPlatform
) -> None:
    ada = people.come("ada")
    page = ada.page
    fill_cart(page, store)
    count = page.locator(EVERY_ELEMENT).locator("visible=true").count()
    assert 6 <= count <= MOST_ELEMENTS
    for name, text in {**ADDRESS, "province": "Oregon"}.items():
        page.evaluate("document.activeElement.blur()")
        tab_to(page, name)
        page.keyboard.type(text)
    tab_to(page, "")
    page.keyboard.press("Enter")
    page.get_by_label("Card number").wait_for()
    pay(page, GOOD_CARD, button="Pay")
    page.wait_for_url(re.compile(r"/orders/[^/]+/"))
    page.get_by_label("Password").fill("a kettle and two mugs")
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your e-mail")
    letter = platform.await_mail(ADDRESS["email"], about="/account/link/")
    code = re.search(r"\b\d{6}\b", letter["text"])
    assert code, letter["text"]
    page.get_by_role("textbox", name="Code").fill(code.group())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/orders/[^/]+/"))
    page.goto(f"{store}/account/")
    expect(page.get_by_text(re.compile(r"#\d+")).first).to_be_visible()


def test_without_a_script_the_same_form_leads_to_the_payment_page(store: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en-US")
    page = context.new_page()
    fill_cart(page, store)
    for name, text in ADDRESS.items():
        page.locator(f"#checkout-form [name={name}]").fill(text)
    page.get_by_role("button", name=re.compile("^Continue to payment")).locator("visible=true").click()
    expect(page.get_by_role("alert")).to_contain_text("State: Write the state.")
    assert page.locator("[name=line1]").input_value() == ADDRESS["line1"], "what was typed is still there"
    page.locator("[name=province]").select_option(label="Oregon")
    page.get_by_role("button", name=re.compile("^Continue to payment")).locator("visible=true").click()
    page.get_by_label("Card number").wait_for()
    context.close()
