"""A lost password, and a changed one."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlsafe_base64_encode

from accounts.models import LoginSession, User
from core.limits import AttemptLimit
from core.outbox.models import OutboxMessage
from tenants.models import Tenant
from tests.accounts.walks import deliver, enter, is_in, is_inside, link_in, log_in, platform, with_codes
from tests.fixtures.tenancy import PASSWORD

NEW = "another long passphrase"


def ask(email: str, client: Client | None = None):  # type: ignore[no-untyped-def]
    return (client or platform()).post("/password/", {"email": email})


def follow(link: str, password: str = NEW):  # type: ignore[no-untyped-def]
    client = platform()
    form = client.get(link)
    assert form.status_code == 302
    return client.post(form["Location"], {"password": password})


def test_a_lost_password_is_replaced_by_mail_and_everybody_is_logged_out(owner: User, acme: Tenant) -> None:
    there = log_in(owner)
    store = enter(there, acme)
    assert ask("Acme@Example.com")["Location"] == "/password/sent/"
    (message,) = deliver()
    assert message.to == ["acme@example.com"]
    assert follow(link_in(message))["Location"] == "/login/"
    assert not is_in(store)
    assert not is_inside(there)
    assert not LoginSession.objects.filter(revoked_at__isnull=True).exists()
    log_in(owner, password=NEW)
    owner.refresh_from_db()
    assert owner.email_confirmed_at is not None
    assert [told.subject for told in deliver()] == ["Your password was changed"]


def test_a_new_password_does_not_go_round_the_second_step(owner: User) -> None:
    with_codes(owner)
    deliver()
    ask(owner.email)
    follow(link_in(deliver()[0]))
    response = platform().post("/login/", {"email": owner.email, "password": NEW})
    assert response["Location"] == "/login/second-step/"


def test_the_link_works_once(owner: User) -> None:
    ask(owner.email)
    link = link_in(deliver()[0])
    follow(link)
    again = platform().get(link)
    assert again.status_code == 410
    assert b"Your password is what it was" in again.content


def test_a_link_is_worth_nothing_after_two_hours_or_for_somebody_else(
    owner: User, globex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(owner.email)
    link = link_in(deliver()[0])
    other = User.objects.get(email="globex@example.com")
    stolen = re.sub(r"/password/[^/]+/", f"/password/{urlsafe_base64_encode(str(other.pk).encode())}/", link)
    assert platform().get(stolen).status_code == 410
    monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._num_seconds", lambda _self, _at: 2**40)
    assert platform().get(link).status_code == 410


def test_the_answer_is_the_same_for_an_unknown_address_and_nobody_is_looked_up(owner: User) -> None:
    seen = []
    for email in (owner.email, "nobody@example.com"):
        client = platform()
        with CaptureQueriesContext(connection) as captured:
            response = ask(email, client)
        assert not [query for query in captured if "accounts_user" in query["sql"]]
        page = client.get("/password/sent/")
        seen.append((response.status_code, response["Location"], len(captured), page.status_code, _text(page)))
    assert seen[0] == seen[1]
    known, unknown = deliver()
    assert known.to == [owner.email]
    assert (unknown.to, unknown.subject) == (["nobody@example.com"], "There is no account with this address")
    assert "/password/" not in unknown.body


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost", "x-forwarded-host": "evil.example"},
        {"host": "localhost:99"},
        {"host": "LOCALHOST"},
        {"host": "127.0.0.1"},
        {"host": "localhost", "forwarded": "host=evil.example"},
        {"host": "localhost", "x-host": "evil.example", "origin": "null", "referer": "http://evil.example/"},
    ],
)
def test_no_host_gets_into_a_mailed_link(owner: User, headers: dict[str, str]) -> None:
    response = Client(headers=headers).post("/password/", {"email": owner.email})
    assert response.status_code == 302
    (message,) = deliver()
    links = re.findall(r"https?://[^\s\"<]+", message.body + message.alternatives[0].content)
    assert links
    assert all(link.startswith("http://localhost/password/") for link in links)


@pytest.mark.parametrize("host", ["evil.example", "acme.localhost", "", "localhost.evil.example", "user@localhost"])
def test_other_hosts_have_no_such_page(owner: User, acme: Tenant, host: str) -> None:
    assert Client(headers={"host": host}).post("/password/", {"email": owner.email}).status_code == 404
    assert not OutboxMessage.objects.exists()


def test_asking_has_an_end_for_an_address_known_or_not(owner: User) -> None:
    for email in (owner.email, "nobody@example.com"):
        assert [ask(email).status_code for _ in range(5)] == [302] * 3 + [429] * 2
    assert OutboxMessage.objects.count() == 6


def test_one_machine_cannot_mail_the_world(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.pages.passwords.RESETS", AttemptLimit("test.reset", {"email": 3, "address": 5}))
    statuses = [ask(f"somebody-{number}@example.com").status_code for number in range(8)]
    assert statuses == [302] * 5 + [429] * 3


def test_no_link_stands_in_the_queue(owner: User) -> None:
    ask(owner.email)
    assert OutboxMessage.objects.get().kwargs == {"email": owner.email, "language": "en"}


@pytest.mark.parametrize(("password", "words"), [("12345678", "too common"), ("short", "too short"), ("", "required")])
def test_a_weak_password_is_refused_and_the_link_still_works(owner: User, password: str, words: str) -> None:
    ask(owner.email)
    link = link_in(deliver()[0])
    refused = follow(link, password)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert follow(link).status_code == 302


def test_changing_the_password_keeps_this_device_and_ends_the_others(owner: User, acme: Tenant) -> None:
    here, there = log_in(owner), log_in(owner)
    store = enter(there, acme)
    words = {"present": PASSWORD, "password": NEW}
    assert here.post("/account/password/", words)["Location"] == "/account/"
    assert is_inside(here)
    assert not is_inside(there)
    assert not is_in(store)
    assert [told.subject for told in deliver()] == ["Your password was changed"]


def test_the_present_password_is_asked_for_and_cannot_be_guessed_without_end(owner: User) -> None:
    here = log_in(owner)
    words = {"present": "wrong", "password": NEW}
    statuses = [here.post("/account/password/", words).status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_weak_new_password_uses_no_window_up(owner: User) -> None:
    here = log_in(owner)
    statuses = [here.post("/account/password/", {"present": PASSWORD, "password": "short"}) for _ in range(12)]
    assert {response.status_code for response in statuses} == {422}


def test_the_new_password_is_named_for_password_managers(owner: User) -> None:
    ask(owner.email)
    client = platform()
    page = client.get(client.get(link_in(deliver()[0]))["Location"])
    form = BeautifulSoup(page.content, "html.parser")
    assert form.select_one("#id_password")["autocomplete"] == "new-password"
    assert form.select_one("[autocomplete=username]")["value"] == owner.email
    assert page["Referrer-Policy"] in ("strict-origin-when-cross-origin", "same-origin")


def _text(page) -> str:  # type: ignore[no-untyped-def]
    return BeautifulSoup(page.content, "html.parser").get_text()
