"""Codes, passkeys and log-ins in a real browser, with an authenticator that Chromium plays."""

import re
import urllib.parse

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import CDPSession, Page, expect

from tests.browser import merchant
from tests.browser.merchant import PASSWORD, Store
from tests.browser.people import People, Person, fits_its_window
from tests.browser.running import RunningPlatform

pytestmark = [pytest.mark.browser]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """The part of a machine that knows its owner's face or finger."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.identifier = made["authenticatorId"]

    def know(self, *, owner: bool) -> None:
        """Let the owner, or a stranger, sit before it from now on."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.identifier, "isUserVerified": owner})


@pytest.fixture(scope="module")
def camp(platform: RunningPlatform, people: People) -> Store:
    """June's store."""
    return merchant.sign_up(platform, people.come("june"), name="Camp", slug="camp")


@pytest.fixture(scope="module")
def june(camp: Store, platform: RunningPlatform) -> Person:
    """The merchant of camp, who has followed the link in the first mail."""
    mail = platform.await_mail(camp.email, about="Confirm your e-mail address")
    link = re.search(r"http://localhost:\d+/email/\S+", mail["text"])
    assert link
    page = camp.page
    page.goto(link[0])
    page.get_by_role("button", name="Confirm this address").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    return camp.merchant


@pytest.fixture(scope="module")
def device(june: Person) -> Device:
    return Device(june.page)


@pytest.fixture(scope="module")
def passkey(june: Person, platform: RunningPlatform, device: Device) -> str:
    """A passkey that was added on the account's page, by its name."""
    page = june.page
    page.goto(f"{platform.url}/account/passkeys/add/")
    page.get_by_label("Name of this passkey").fill("June’s laptop")
    june.shoot("a-passkey-add")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    june.shoot("a-recovery-codes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    kept = download.value.path().read_text()
    assert [line for line in kept.split("\n") if line.isdigit()] == [
        code.replace(" ", "") for code in page.locator(".codes li").all_inner_texts()
    ]
    return "June’s laptop"


def log_out(person: Person, platform: RunningPlatform) -> None:
    person.page.goto(f"{platform.url}/stores/")
    person.page.get_by_label("your profile").click()
    person.page.get_by_role("button", name="Log out").click()
    expect(person.page.get_by_role("link", name="Log in").first).to_be_visible()


def test_1_a_passkey_stands_in_the_account_and_is_told_by_mail(
    june: Person, camp: Store, platform: RunningPlatform, passkey: str
) -> None:
    june.page.goto(f"{platform.url}/account/")
    expect(june.page.get_by_role("link", name=passkey)).to_be_visible()
    june.shoot("a-account")
    assert passkey in platform.await_mail(camp.email, about="A passkey was added")["text"]


def test_2_the_passkey_logs_in_without_the_password_and_leads_to_the_store(
    june: Person, camp: Store, platform: RunningPlatform, passkey: str
) -> None:
    log_out(june, platform)
    page = june.page
    page.goto(f"{camp.url}/dashboard/orders/")
    assert urllib.parse.urlsplit(page.url).path == "/login/", "logging out on the platform left the store open"
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{camp.url}/dashboard/orders/")


def test_3_a_stranger_before_the_device_does_not_come_in(
    june: Person, platform: RunningPlatform, device: Device, passkey: str
) -> None:
    log_out(june, platform)
    page = june.page
    page.goto(f"{platform.url}/login/")
    device.know(owner=False)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="The passkey was not used.")).to_be_visible(timeout=90_000)
    june.shoot("a-passkey-refused")
    device.know(owner=True)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{platform.url}/stores/")


def test_4_with_the_password_the_passkey_is_the_second_step(
    june: Person, camp: Store, platform: RunningPlatform, passkey: str
) -> None:
    log_out(june, platform)
    page = june.page
    page.goto(f"{platform.url}/login/")
    page.get_by_label("E-mail").fill(camp.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    june.shoot("a-second-step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{platform.url}/stores/")


def test_5_an_app_is_set_up_by_its_code_and_asked_for_on_a_phone(
    june: Person, camp: Store, platform: RunningPlatform, people: People, passkey: str
) -> None:
    page = june.page
    page.goto(f"{platform.url}/account/codes/")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    now = int(page.evaluate("Date.now()")) // 1000
    page.get_by_role("textbox", name="Code").fill(format_hotp_value(hotp_value(secret, now // 30)))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    phone = people.come("june on the phone", with_phone=True)
    phone.page.goto(f"{platform.url}/login/?store={camp.slug}")
    fits_its_window(phone.page)
    phone.page.get_by_label("E-mail").fill(camp.email)
    phone.page.get_by_label("Password").fill(PASSWORD)
    phone.page.get_by_role("button", name="Log in", exact=True).click()
    fits_its_window(phone.page)
    later = int(phone.page.evaluate("Date.now()")) // 1000
    phone.page.get_by_role("textbox", name="Code").fill(format_hotp_value(hotp_value(secret, later // 30)))
    phone.page.get_by_role("button", name="Continue").click()
    phone.page.wait_for_url(f"{camp.url}/dashboard/")
    page.reload()
    june.shoot("a-devices")
    page.get_by_role("button", name="Log out everywhere else").click()
    expect(page.get_by_text(re.compile("Logged out in 2 places"))).to_be_visible()
    phone.page.reload()
    assert urllib.parse.urlsplit(phone.page.url).path == "/login/"
