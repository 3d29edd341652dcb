"""What a merchant does: sign up, put goods on the shelf, send parcels, pay for a plan, answer questions."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser import goods
from tests.browser.cards import GOOD_CARD, pay
from tests.browser.people import Person
from tests.browser.running import RunningPlatform, await_that

PASSWORD = "seven quiet rivers"
MAKING_A_STORE = 90_000  # ms, where no schema waits and the machine has all hands full


@dataclass
class Store:
    """A store that was opened, and its merchant."""

    slug: str
    name: str
    email: str
    merchant: Person
    url: str

    @property
    def page(self) -> Page:
        return self.merchant.page

    def visit(self, path: str) -> Page:
        """Take the merchant to a page of the dashboard."""
        self.page.goto(f"{self.url}/dashboard/{path}")
        return self.page


def sign_up(platform: RunningPlatform, merchant: Person, *, name: str, slug: str) -> Store:
    """Open a store on the platform's host and end in its dashboard."""
    page, email = merchant.page, f"{slug}@example.com"
    page.goto(platform.url)
    merchant.shoot(f"1-{slug}-site")
    page.get_by_role("link", name=re.compile("open a store|start", re.IGNORECASE)).first.click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Store name").fill(name)
    page.get_by_label("Address").fill(slug)
    page.get_by_label("Country").select_option("US")
    merchant.shoot(f"1-{slug}-signup")
    page.get_by_role("button", name="Create my store").click()
    expect(page.get_by_role("link", name="View store")).to_be_visible(timeout=MAKING_A_STORE)
    expect(page).to_have_url(re.compile(rf"//{slug}\.localhost:{platform.port}/dashboard/"))
    return Store(slug, name, email, merchant, f"http://{slug}.localhost:{platform.port}")


def add_product(store: Store, *, title: str, price: str, quantity: int, folder: Path) -> None:
    """Add a product with a picture by the dashboard's form."""
    file = folder / "mug.png"
    file.write_bytes(goods.picture())
    page = store.visit("products/")
    page.get_by_role("link", name="Add product").first.click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Price").fill(price)
    page.get_by_label("How many do you have?").fill(str(quantity))
    page.get_by_label("Pictures").set_input_files(file)
    page.locator(".prose-text").fill("Steel, enameled by hand. Holds a third of a liter.")
    store.merchant.shoot("2-new-product")
    page.get_by_role("button", name="Save product").click()
    expect(page.get_by_text("It is live.")).to_be_visible()


def import_products(store: Store, *, folder: Path) -> str:
    """Import the file of three products, one of them bad; return the rows that came back."""
    file = folder / "products.csv"
    file.write_bytes(goods.three_products())
    page = store.visit("import/")
    page.get_by_label("Products").check()
    page.get_by_label("CSV or Excel file").set_input_files(file)
    store.merchant.shoot("2-import-upload")
    page.get_by_role("button", name="Upload the file").click()
    expect(page.get_by_role("heading", name="Match columns")).to_be_visible()
    store.merchant.shoot("2-import-columns")
    page.get_by_role("button", name="Check the file").first.click()
    page.get_by_role("button", name="Import 2 products").click(timeout=60_000)
    expect(page.get_by_role("heading", name="Imported in part")).to_be_visible(timeout=60_000)
    store.merchant.shoot("2-import-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these rows").click()
    return Path(download.value.path()).read_text("utf-8-sig")


def fulfill(store: Store, *, order_name: str, tracking_number: str) -> None:
    """Find the order in the list, send it, and say how it travels."""
    page = store.visit("orders/")
    page.get_by_role("link", name=order_name).click()
    expect(page.get_by_role("heading", name=order_name)).to_be_visible()
    page.get_by_label("Tracking number").fill(tracking_number)
    store.merchant.shoot("3-order-open")
    page.get_by_role("button", name="Fulfill 1 item").click()
    expect(page.get_by_text("Sent. The stock and the order are up to date.")).to_be_visible()
    expect(page.get_by_text(tracking_number).first).to_be_visible()
    store.merchant.shoot("3-order-fulfilled")


def choose_plan(store: Store, *, plan: str) -> None:
    """Choose a plan and pay on the hosted page; the page waits for the webhook by itself."""
    page = store.visit("settings/billing/")
    store.merchant.shoot(f"4-{store.slug}-plans")
    page.get_by_role("button", name=f"Choose {plan}").click()
    page.get_by_role("button", name="Subscribe").wait_for()
    store.merchant.shoot(f"4-{store.slug}-stripe")
    pay(page, GOOD_CARD, button="Subscribe")
    page.wait_for_url(re.compile("/dashboard/settings/billing/"))
    expect(page.locator("#plan-state")).to_contain_text(f"You are on {plan}.")
    expect(page.get_by_role("region", name=plan)).to_contain_text("Your plan")
    store.merchant.shoot(f"4-{store.slug}-active")


@dataclass
class Answer:
    """What the inbox knew about a question before the merchant answered it."""

    label: str
    percent: int
    suggested: str


def answer(store: Store, *, words: str, addition: str) -> Answer:
    """Find a question in the inbox, add a sentence to the suggested reply, and send it."""
    row = store.visit("support/").locator("#inbox-rows a").filter(has_text=words)
    await_that(lambda: _has_label(row, store.page), "the label of the question", patience=60)
    store.merchant.shoot("7-inbox")
    row.click()
    page = store.page
    label = re.match(r"(\w+)\s+(\d+)\s*%", page.locator(".talk summary").first.inner_text().strip())
    assert label, page.locator(".talk summary").first.inner_text()
    reply = page.get_by_label(re.compile("^Reply to"))
    expect(page.get_by_text("Suggested.")).to_be_visible()
    suggested = reply.input_value()
    store.merchant.shoot("7-conversation")
    reply.press("Control+End")
    reply.press_sequentially(f"\n{addition}")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text(addition).first).to_be_visible()
    store.merchant.shoot("7-sent")
    return Answer(label.group(1), int(label.group(2)), suggested)


def _has_label(row: Locator, page: Page) -> bool:
    row.wait_for()
    if "%" in row.inner_text():
        return True
    page.reload()
    return False
