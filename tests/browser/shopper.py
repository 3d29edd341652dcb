"""What a shopper does: look, buy, sign in, ask."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.cards import DECLINED_CARD, GOOD_CARD, pay
from tests.browser.merchant import Store
from tests.browser.people import Person, fits_its_window
from tests.browser.running import RunningPlatform


@dataclass
class Purchase:
    """An order as its shopper knows it."""

    name: str
    token: str
    url: str
    email: str
    shopper: Person

    @property
    def page(self) -> Page:
        return self.shopper.page


def find(shopper: Person, store: Store, *, words: str, title: str) -> None:
    """Search from the store's first page and open the product."""
    page = shopper.page
    page.goto(store.url)
    fits_its_window(page)
    shopper.shoot("3-store-home")
    search = page.get_by_role("combobox", name="Search the shop").locator("visible=true")
    search.fill(words)
    search.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 result for")
    shopper.shoot("3-search")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    fits_its_window(page)


def add_to_cart(shopper: Person, *, title: str) -> None:
    """Put the product of the page into the cart and look at the cart."""
    page = shopper.page
    page.get_by_role("button", name="Add to cart").locator("visible=true").last.click()
    page.get_by_role("link", name=re.compile("^Cart, 1 item")).click()
    expect(page.get_by_role("heading", name="Your cart")).to_be_visible()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    fits_its_window(page)
    shopper.shoot("3-cart")


def check_out(shopper: Person, *, email: str) -> None:
    """Give name and address as a guest and go on to the payment."""
    page = shopper.page
    page.get_by_role("link", name="Check out").locator("visible=true").first.click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Full name").fill("Ada Moss")
    page.get_by_label("Street and number").fill("12 Hill Road")
    page.get_by_label("City").fill("Portland")
    page.get_by_label("State").select_option(label="Oregon")
    page.get_by_label("ZIP code").fill("97201")
    fits_its_window(page)
    shopper.shoot("3-checkout")
    page.get_by_role("button", name=re.compile("^Continue to payment")).click()
    page.get_by_label("Card number").wait_for()


def pay_after_a_decline(platform: RunningPlatform, shopper: Person, *, email: str) -> Purchase:
    """Try a card that is declined, then one that pays, on the same hosted page."""
    page = shopper.page
    hosted = page.url
    pay(page, DECLINED_CARD, button="Pay")
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined")
    assert page.url.split("?")[0].split("#")[0] == hosted.split("?")[0].split("#")[0]
    shopper.shoot("3-declined")
    pay(page, GOOD_CARD, button="Pay")
    page.wait_for_url(re.compile(r"/orders/[^/]+/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ada. We have your order.")
    fits_its_window(page)
    shopper.shoot("3-order-page")
    found = re.search(r"Order (#?\S+)", page.locator("#order").inner_text())
    assert found
    url = page.url.split("?")[0]
    return Purchase(found.group(1), url.rstrip("/").rsplit("/", 1)[-1], url, email, shopper)


def sign_in_by_mail(platform: RunningPlatform, shopper: Person, store: Store, *, email: str) -> None:
    """Ask for a code, read it in the mail, and type it in."""
    page = shopper.page
    page.goto(f"{store.url}/account/login/")
    page.locator("#id_link_email").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your e-mail")
    letter = platform.await_mail(email, about="/account/link/")
    code = re.search(r"\b\d{6}\b", letter["text"])
    assert code, letter["text"]
    page.get_by_role("textbox", name="Code").fill(code.group())
    fits_its_window(page)
    shopper.shoot("5-code")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/account/$"))


def ask(purchase: Purchase, *, question: str) -> str:
    """Ask about the order from its page; return the address of the conversation."""
    page = purchase.page
    page.goto(purchase.url)
    page.get_by_role("link", name="Ask about this order").click()
    page.get_by_label("What happened, and what would put it right?").fill(question)
    purchase.shopper.shoot("7-ask")
    page.get_by_role("button", name="Send question").click()
    page.wait_for_url(re.compile(r"/support/[^/?]+/"))
    expect(page.get_by_text(question).first).to_be_visible()
    purchase.shopper.shoot("7-asked")
    return page.url
