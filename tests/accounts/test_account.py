"""One's own account: two-step log-in, passkeys, recovery codes, and where one is logged in."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.test import Client

from accounts import services
from accounts.errors import EmailUnconfirmed, SecondStepConflict
from accounts.models import LoginSession, User
from accounts.pages import urlpatterns
from accounts.selectors import list_open_logins
from core.clock import utc_now
from tenants.models import Tenant
from tests.accounts.authenticator import SoftwarePasskey
from tests.accounts.walks import (
    HERE,
    add_passkey,
    code_of,
    confirmed,
    deliver,
    enter,
    is_in,
    is_inside,
    log_in,
    options_of,
    platform,
    recovery_codes,
    with_codes,
    with_passkey,
)
from tests.fixtures.tenancy import PASSWORD

OPEN = {
    *("login", "account_login", "passkey_login", "mfa_authenticate", "logout", "language"),
    *("password_reset", "password_reset_sent", "password_reset_key", "confirm_email"),
}
LOOKED_AT_ONLY = {"password_reset_sent"}
GATED = [
    "/account/codes/",
    "/account/codes/off/",
    "/account/passkeys/add/",
    "/account/recovery-codes/",
    "/account/email/",
]


@pytest.fixture
def here(owner: User) -> Client:
    """The owner of acme, just logged in on the platform, with a confirmed address."""
    confirmed(owner)
    return log_in(owner)


def secret_of(client: Client) -> str:
    page = BeautifulSoup(client.get("/account/codes/").content, "html.parser")
    assert page.select_one("img.qr")["src"].startswith("data:image/svg+xml;base64,")
    return page.select_one(".secret").get_text().replace(" ", "").strip()


def shown_codes(client: Client) -> list[str]:
    page = BeautifulSoup(client.get("/account/recovery-codes/").content, "html.parser")
    return [code.get_text().replace(" ", "") for code in page.select(".codes li")]


def test_codes_are_set_up_with_the_apps_first_code(here: Client, owner: User, acme: Tenant) -> None:
    elsewhere = log_in(owner)
    store = enter(here, acme)
    secret = secret_of(here)
    assert here.post("/account/codes/", {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()
    assert here.post("/account/codes/", {"code": code_of(secret)})["Location"] == "/account/recovery-codes/"
    assert shown_codes(here) == recovery_codes(owner)
    assert len(set(recovery_codes(owner))) == 10
    assert shown_codes(here) == []
    assert [told.subject for told in deliver()] == ["Two-step log-in is on"]
    assert (is_inside(here), is_in(store), is_inside(elsewhere)) == (True, True, False)


def test_the_secret_stays_while_it_is_set_up(here: Client, owner: User) -> None:
    """A phone loads the page anew when its owner comes back from the app."""
    secret = secret_of(here)
    assert secret_of(here) == secret
    page = BeautifulSoup(here.get("/account/codes/").content, "html.parser")
    assert f"secret={secret}" in page.select_one("a[href^='otpauth://totp/']")["href"]
    here.post("/account/codes/", {"code": code_of(secret)})
    here.post("/account/codes/off/")
    assert secret_of(here) != secret


def test_no_secret_stands_in_the_database_as_it_is(owner: User) -> None:
    secret = with_codes(owner)
    for row in Authenticator.objects.all():
        assert secret not in str(row.data)
        assert not [code for code in recovery_codes(owner) if code in str(row.data)]


@pytest.mark.parametrize("page", ["/account/codes/", "/account/passkeys/add/"])
def test_an_unconfirmed_address_comes_first(owner: User, page: str) -> None:
    """Or a stranger could lock the owner of the address out of it for good."""
    client = log_in(owner)
    assert client.get(page)["Location"] == "/account/"
    assert client.post(page, {"code": "000000"})["Location"] == "/account/"
    assert b"Confirm your e-mail address first" in client.get("/account/").content
    with pytest.raises(EmailUnconfirmed):
        services.turn_codes_on(user_id=owner.pk, secret="A" * 32, login=owner.logins.get(), visit=HERE, now=utc_now())
    assert not Authenticator.objects.exists()


def test_a_passkey_is_added_named_renamed_and_removed(here: Client, owner: User) -> None:
    passkey = SoftwarePasskey()
    assert add_passkey(here, passkey, name="Key on my ring")["Location"] == "/account/recovery-codes/"
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert b"Key on my ring" in here.get("/account/").content
    assert here.post(f"/account/passkeys/{row.pk}/", {"name": "Old key"}).status_code == 302
    assert b"Old key" in here.get("/account/").content
    assert here.post(f"/account/passkeys/{row.pk}/", {"remove": "1"}).status_code == 302
    assert not Authenticator.objects.exists()
    added, removed = deliver()
    assert (added.subject, removed.subject) == ("A passkey was added", "A passkey was removed")
    assert "“Key on my ring”" in added.body
    assert "“Old key”" in removed.body


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "http://acme.localhost"},
        {"verifies": False},
        {"inside_another_page": True},
        {"rp_id": "evil.example"},
    ],
)
def test_a_passkey_made_elsewhere_is_not_kept(here: Client, change: dict[str, object]) -> None:
    passkey = SoftwarePasskey(**change)  # type: ignore[arg-type]
    assert add_passkey(here, passkey).status_code == 422
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("answer", ["", "null", "[]", "{}", "5", '{"response": {"clientDataJSON": "e30"}}', "\x00"])
def test_what_is_no_passkey_is_refused_in_words(here: Client, answer: str) -> None:
    here.get("/account/passkeys/add/")
    assert here.post("/account/passkeys/add/", {"name": "x", "credential": answer}).status_code == 422


def test_a_passkey_is_asked_for_our_own_domain_whatever_host_was_used(here: Client, owner: User) -> None:
    assert options_of(here.get("/account/passkeys/add/"))["publicKey"]["rp"]["id"] == "localhost"
    other = Client(headers={"host": "127.0.0.1"})
    assert other.get("/login/passkey/").json()["publicKey"]["rpId"] == "localhost"


def test_nobody_touches_another_persons_passkey(here: Client, globex: Tenant) -> None:
    with_passkey(User.objects.get(email="globex@example.com"))
    theirs = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    for words in ({"remove": "1"}, {"name": "mine"}):
        assert here.post(f"/account/passkeys/{theirs.pk}/", words).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_turning_codes_off_takes_the_recovery_codes_along_unless_a_passkey_is_left(here: Client, owner: User) -> None:
    with_codes(owner)
    here.post("/account/codes/off/")
    assert not Authenticator.objects.exists()
    with_codes(owner)
    add_passkey(here, SoftwarePasskey())
    here.post("/account/codes/off/")
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"webauthn", "recovery_codes"}


def test_new_recovery_codes_replace_the_former_ones(here: Client, owner: User) -> None:
    with_codes(owner)
    former = shown_codes(here)
    deliver()
    assert here.post("/account/recovery-codes/").status_code == 302
    fresh = shown_codes(here)
    assert len(fresh) == 10
    assert not set(former) & set(fresh)
    assert [told.subject for told in deliver()] == ["You have new recovery codes"]


@pytest.mark.guard("fresh-proof", found="let a stolen session in")
def test_changing_a_log_in_needs_a_fresh_proof(here: Client, owner: User) -> None:
    with_codes(owner)
    passkey = SoftwarePasskey()
    add_passkey(here, passkey)
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    owner.logins.update(confirmed_at="2026-01-01T00:00:00Z")
    for page in (*GATED, f"/account/passkeys/{row.pk}/"):
        for response in (here.get(page), here.post(page, {"remove": "1", "code": "1", "email": "a@example.com"})):
            assert response.get("Location", "").startswith("/account/confirm/?next="), f"{page} let a stolen session in"
    assert Authenticator.objects.count() == 3


def test_a_proof_is_given_with_the_password_a_code_or_a_passkey(here: Client, owner: User) -> None:
    secret = with_codes(owner)
    passkey = SoftwarePasskey()
    add_passkey(here, passkey)
    page = "/account/confirm/?next=/account/email/"
    for answer in (
        lambda: {"password": PASSWORD},
        lambda: {"code": code_of(secret)},
        lambda: {"code": recovery_codes(owner)[0]},
        lambda: {"credential": passkey.use(options_of(here.get(page)))},
    ):
        owner.logins.update(confirmed_at="2026-01-01T00:00:00Z")
        assert here.post(page, answer())["Location"] == "/account/email/"
        assert here.get("/account/email/").status_code == 200


def test_a_recovery_code_that_proves_who_sits_there_is_told_by_mail(here: Client, owner: User) -> None:
    with_codes(owner)
    deliver()
    assert here.post("/account/confirm/", {"code": recovery_codes(owner)[0]}).status_code == 302
    (told,) = deliver()
    assert told.subject == "A recovery code was used"
    assert "Codes left: 9." in told.body


def test_there_is_room_for_twenty_passkeys(here: Client, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.selectors.MOST_PASSKEYS", 1)
    first, second = SoftwarePasskey(), SoftwarePasskey()
    asked = options_of(here.get("/account/passkeys/add/"))
    add_passkey(here, first)
    assert here.get("/account/passkeys/add/")["Location"] == "/account/"
    with pytest.raises(SecondStepConflict):
        services.add_passkey(
            user_id=owner.pk,
            name="late",
            credential=json.loads(second.make(asked)),
            login=owner.logins.get(),
            visit=HERE,
            now=utc_now(),
        )


@pytest.mark.parametrize("words", [{"password": "wrong"}, {"code": "000000"}, {"credential": "{}"}, {"password": ""}])
def test_a_wrong_proof_is_none(here: Client, owner: User, words: dict[str, str]) -> None:
    with_codes(owner)
    owner.logins.update(confirmed_at="2026-01-01T00:00:00Z")
    assert here.post("/account/confirm/", words).status_code == 422
    assert here.get("/account/email/").status_code == 302


def test_a_proof_cannot_be_guessed_without_end(here: Client, owner: User) -> None:
    owner.logins.update(confirmed_at="2026-01-01T00:00:00Z")
    guesses = [here.post("/account/confirm/", {"password": f"guess {number}"}).status_code for number in range(12)]
    assert guesses == [422] * 10 + [429] * 2
    assert here.post("/account/confirm/", {"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/account/../..//evil.example", "/console/"]
)
def test_a_proof_leads_back_into_the_account_only(here: Client, target: str) -> None:
    response = here.post(f"/account/confirm/?next={target}", {"password": PASSWORD})
    assert response["Location"].startswith("/account/")


def test_the_list_shows_every_device_and_its_stores(owner: User, acme: Tenant) -> None:
    here = log_in(owner, agent="Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0")
    phone = log_in(
        owner, agent="Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"
    )
    enter(phone, acme)
    page = BeautifulSoup(here.get("/account/").content, "html.parser").get_text(" ", strip=True)
    assert "Edge on Windows This device" in page
    assert "Safari on iPhone" in page
    assert "Acme Last seen" in page


def test_the_list_has_an_end(owner: User) -> None:
    for _ in range(3):
        log_in(owner)
    newest = LoginSession.objects.order_by("-pk")[:2]
    assert list_open_logins(user_id=owner.pk, seen_after=owner.created_at, most=2) == list(newest)


def test_one_device_or_all_others_are_logged_out(owner: User, acme: Tenant) -> None:
    here, phone, tablet = log_in(owner), log_in(owner), log_in(owner)
    on_phone, mine = enter(phone, acme), enter(here, acme)
    first = LoginSession.objects.filter(tenant_id__isnull=True).order_by("pk")[1]
    here.post(f"/account/logins/{first.pk}/end/")
    assert (is_inside(phone), is_in(on_phone), is_inside(tablet)) == (False, False, True)
    here.post("/account/logins/end-others/")
    assert (is_inside(tablet), is_inside(here), is_in(mine)) == (False, True, True)


def test_ending_ones_own_login_logs_out(owner: User) -> None:
    here = log_in(owner)
    mine = LoginSession.objects.get()
    assert here.post(f"/account/logins/{mine.pk}/end/")["Location"] == "/login/"
    assert not is_inside(here)


def test_nobody_ends_another_persons_login(owner: User, globex: Tenant) -> None:
    here, there = log_in(owner), log_in(User.objects.get(email="globex@example.com"))
    theirs = LoginSession.objects.get(user__email="globex@example.com")
    assert here.post(f"/account/logins/{theirs.pk}/end/").status_code == 404
    assert is_inside(there)


def addresses() -> dict[str, str]:
    """Every address of the accounts by its name, with something in the place of its arguments."""
    fill = {"pk": "1", "uidb64": "MQ", "token": "guessed"}
    return {
        str(pattern.name): "/" + re.sub(r"<\w+:(\w+)>", lambda found: fill[found[1]], str(pattern.pattern))
        for pattern in urlpatterns
    }


def test_every_address_is_for_those_logged_in_but_the_ways_in(db: None) -> None:
    closed = {name: address for name, address in addresses().items() if name not in OPEN}
    assert len(closed) > 10
    for name, address in closed.items():
        for response in (platform().get(address), platform().post(address)):
            # What cannot be looked at does not say so to a stranger, and the gate leads to the log-in by one more step.
            assert response.status_code == 302, name
            assert response["Location"].startswith(("/login/?next=", "/account/confirm/?next=")), name
    gate = platform().get("/account/confirm/")
    assert gate["Location"].startswith("/login/?next=")


def test_no_form_is_taken_from_another_page(here: Client, owner: User) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies["shopstead_session"] = here.cookies["shopstead_session"].value
    for name, address in addresses().items():
        if name not in LOOKED_AT_ONLY:
            assert strict.post(address, {"on": "1"}).status_code == 403, name


def test_no_page_of_an_account_is_kept_by_a_cache(here: Client, owner: User) -> None:
    with_codes(owner)
    for page in ("/account/", "/account/recovery-codes/", "/account/password/", "/account/confirm/"):
        assert "no-store" in here.get(page)["Cache-Control"], page


@pytest.mark.guard("console-second-step", found="opened with the password alone")
def test_the_console_can_ask_for_a_second_step(here: Client, owner: User, settings) -> None:  # type: ignore[no-untyped-def]
    User.objects.filter(pk=owner.pk).update(is_platform_staff=True)
    assert here.get("/console/").status_code == 200
    settings.CONSOLE_REQUIRES_MFA = True
    assert here.get("/console/").status_code == 302, "the console opened with the password alone"
    with_codes(owner)
    assert here.get("/console/").status_code == 200
