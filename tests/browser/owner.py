"""What the owner of the platform does: look at the stores and the money, close a store and open it again."""

from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.running import RunningPlatform

EMAIL, PASSWORD = "owner@example.com", "a lantern on the pier"


def enroll(platform: RunningPlatform) -> None:
    """Make the owner's login."""
    platform.do(
        "from accounts.services import create_user\n"
        "from core.clock import utc_now\n"
        f"create_user(email={EMAIL!r}, password={PASSWORD!r}, now=utc_now(), name='Owner', is_platform_staff=True)"
    )


def sign_in(platform: RunningPlatform, owner: Person) -> None:
    """Log in and go to the console."""
    page = owner.page
    page.goto(f"{platform.url}/console/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()


def suspend(owner: Person, *, name: str, reason: str) -> None:
    """Close a store from its page in the console."""
    page = owner.page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Stores").click()
    page.get_by_role("link", name=name, exact=True).click()
    owner.shoot("6-console-store")
    page.get_by_role("link", name="Suspend store…").click()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Suspend the store").click()
    expect(page.get_by_text("This store is suspended.")).to_be_visible()
    owner.shoot("6-console-suspended")


def resume(owner: Person, *, name: str) -> None:
    """Open it again."""
    owner.page.get_by_role("link", name="Resume store").click()
    owner.page.get_by_role("button", name="Resume the store").click()
    expect(owner.page.get_by_text(f"{name} is open again.")).to_be_visible()
