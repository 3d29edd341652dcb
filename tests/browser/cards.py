"""Stripe's hosted page, as anybody fills it in."""

from playwright.sync_api import Page

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"


def pay(page: Page, number: str, *, button: str) -> None:
    """Type a card and press the button."""
    page.get_by_label("Card number").fill("")
    page.get_by_label("Card number").press_sequentially(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name=button).click()
