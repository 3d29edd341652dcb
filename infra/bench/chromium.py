"""A real Chromium for the benches: none is brought along, Debian's is used."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.site import Site

PLACES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1366, "height": 900}}
# English and Chinese: the demo's two stores, each with a merchant who reads its language.
STORES = {"acme": "English", "yunshang": "中文"}


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a browser of Playwright's, or None where there is no Chromium."""
    path = next(filter(None, map(shutil.which, PLACES)), None)
    if path is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        try:
            yield browser
        finally:
            browser.close()


def address(site: Site, store: str, path: str = "/") -> str:
    """Return the address of a page of a demo store, or of the platform for an empty name."""
    return f"http://{store}.localhost:{site.port}{path}" if store else f"http://localhost:{site.port}{path}"


def sign_in_as_merchant(site: Site, page: Any, store: str) -> None:
    """Log in as the demo store's merchant and enter the dashboard."""
    page.goto(address(site, "", f"/login/?store={store}&next=/dashboard/"))
    page.fill("[type=email]", f"merchant@{store}.example")
    page.fill("[type=password]", site.demo_logins()[store])
    page.press("[type=password]", "Enter")
    page.wait_for_url(f"**://{store}.localhost:{site.port}/dashboard/**")


def sign_in_as_shopper(site: Site, page: Any, store: str) -> None:
    """Sign in to the demo store as its shopper."""
    page.goto(address(site, store, "/account/login/"))
    page.fill("#id_email", f"shopper@{store}.example")
    page.fill("main [type=password]", site.demo_logins()["shopper"])
    page.press("main [type=password]", "Enter")
    page.wait_for_url(lambda told: not told.endswith("/account/login/"))


def sign_in_as_owner(site: Site, page: Any) -> None:
    """Log in to the console as an owner of the platform, who is made where there is none yet."""
    email, password = "owner@example.com", "a lantern on the pier"
    site.inside("bench.chromium", "make_owner", email=email, password=password)
    page.goto(address(site, "", "/console/"))
    page.fill("[type=email]", email)
    page.fill("[type=password]", password)
    page.press("[type=password]", "Enter")
    page.wait_for_url("**/console/**")


def make_owner(*, email: str, password: str) -> bool:
    """Run inside the platform: make a person of the platform's staff."""
    from accounts.models import User
    from accounts.services import create_user
    from core.clock import utc_now

    if not User.objects.filter(email=email).exists():
        create_user(email=email, password=password, now=utc_now(), name="Owner", is_platform_staff=True)
    return True


def pay(page: Any) -> None:
    """Type a good card on Stripe's hosted page and send it."""
    page.locator("[autocomplete=cc-number]").press_sequentially("4242424242424242")
    page.fill("[autocomplete=cc-exp]", "12 / 34")
    page.fill("[autocomplete=cc-csc]", "123")
    page.locator("button[name=pay]").click()
