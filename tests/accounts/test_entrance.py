"""Log in with a password, a second step, or a passkey."""

import json
import secrets
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from bs4 import BeautifulSoup
from django.contrib.auth.backends import ModelBackend
from django.test import Client

from accounts.models import LoginSession, User
from accounts.services import end_logins
from core.clock import utc_now
from core.outbox.models import OutboxMessage
from tenants.models import Tenant
from tests.accounts.authenticator import SoftwarePasskey
from tests.accounts.walks import (
    code_of,
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
from tests.concurrency.together import run_together
from tests.fixtures.tenancy import PASSWORD

SECOND = "/login/second-step/"


def begin(user: User, query: str = "") -> Client:
    """Give the right password of somebody who has a second step."""
    client = platform()
    response = client.post(f"/login/{query}", {"email": user.email, "password": PASSWORD})
    assert response["Location"] == SECOND
    return client


def passkey_login(client: Client, passkey: SoftwarePasskey, query: str = ""):  # type: ignore[no-untyped-def]
    options = client.get("/login/passkey/").json()
    return client.post(f"/login/passkey/{query}", {"credential": passkey.use(options)})


def test_the_password_alone_opens_nothing_where_there_is_a_second_step(owner: User, acme: Tenant) -> None:
    secret = with_codes(owner)
    client = begin(owner)
    assert not is_inside(client)
    assert client.get("/stores/acme/enter/").status_code == 302
    assert client.get("/account/").status_code == 302
    assert LoginSession.objects.filter(user=owner).count() == 1  # the one in which the app was set up
    response = client.post(SECOND, {"code": code_of(secret)})
    assert response["Location"] == "/stores/"
    assert is_inside(client)


def test_the_second_step_leads_to_the_store_that_asked(owner: User, acme: Tenant) -> None:
    secret = with_codes(owner)
    client = begin(owner, "?store=acme&next=/dashboard/orders/")
    response = client.post(SECOND, {"code": code_of(secret)})
    assert response["Location"] == "/stores/acme/enter/?next=%2Fdashboard%2Forders%2F"
    assert is_in(enter(client, acme))


@pytest.mark.parametrize("is_recent", [True, False])
def test_a_code_works_once_even_while_it_is_still_good(
    owner: User, monkeypatch: pytest.MonkeyPatch, is_recent: bool
) -> None:
    """allauth remembers a used code for half a minute; it is good for one and a half."""
    if not is_recent:
        monkeypatch.setattr(TOTP, "_mark_code_used", lambda _self, _code: True)
    secret = with_codes(owner)
    code = code_of(secret)
    first, second = begin(owner), begin(owner)
    assert first.post(SECOND, {"code": code}).status_code == 302
    refused = second.post(SECOND, {"code": code})
    assert refused.status_code == 422
    assert not is_inside(second)


@pytest.mark.parametrize(("periods", "status"), [(-1, 302), (1, 302), (-3, 422), (3, 422)])
def test_a_clock_may_be_half_a_minute_off(owner: User, periods: int, status: int) -> None:
    secret = with_codes(owner)
    while time.time() % 30 > 28:  # the next half minute would begin between here and there
        time.sleep(0.2)
    assert begin(owner).post(SECOND, {"code": code_of(secret, periods=periods)}).status_code == status


def test_a_recovery_code_works_once_and_is_told_by_mail(owner: User) -> None:
    with_codes(owner)
    code = recovery_codes(owner)[3]
    deliver()
    assert begin(owner).post(SECOND, {"code": f"{code[:4]} {code[4:]}"}).status_code == 302
    assert begin(owner).post(SECOND, {"code": code}).status_code == 422
    assert len(recovery_codes(owner)) == 9
    (told,) = deliver()
    assert told.subject == "A recovery code was used"
    assert "Codes left: 9." in told.body


def test_one_persons_code_does_not_open_anothers_account(owner: User, globex: Tenant) -> None:
    other = User.objects.get(email="globex@example.com")
    with_codes(owner)
    theirs = with_codes(other)
    assert begin(owner).post(SECOND, {"code": code_of(theirs)}).status_code == 422
    assert begin(owner).post(SECOND, {"code": recovery_codes(other)[0]}).status_code == 422


def test_without_the_password_there_is_no_second_step(owner: User) -> None:
    secret = with_codes(owner)
    client = platform()
    assert client.get(SECOND)["Location"] == "/login/"
    assert client.post(SECOND, {"code": code_of(secret)})["Location"] == "/login/"
    assert not is_inside(client)


def test_guessing_codes_ends_after_ten(owner: User) -> None:
    secret = with_codes(owner)
    client = begin(owner)
    statuses = [client.post(SECOND, {"code": f"{number:06}"}).status_code for number in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert begin(owner).post(SECOND, {"code": code_of(secret)}).status_code == 429


def test_tries_side_by_side_are_counted_before_they_are_looked_at(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that counted afterwards would let a burst through (A9)."""
    looked: list[str] = []
    monkeypatch.setattr(ModelBackend, "authenticate", lambda _self, _request, **words: looked.append(words["password"]))

    def guess() -> int:
        words = {"email": owner.email, "password": "a guess"}
        return int(platform().post("/login/", words, REMOTE_ADDR=f"192.0.2.{secrets.randbelow(250)}").status_code)

    statuses = run_together(guess, count=40)
    assert len(looked) == 10
    assert sorted(statuses) == [422] * 10 + [429] * 30


def test_logging_in_rightly_uses_no_window_up(owner: User) -> None:
    assert all(is_inside(log_in(owner)) for _ in range(15))


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(owner: User) -> None:
    User.objects.create(email="asleep@example.com", is_active=False, created_at=owner.created_at)
    answers = []
    for email in (owner.email, "nobody@example.com", "asleep@example.com"):
        response = platform().post("/login/", {"email": email, "password": "wrong"})
        page = BeautifulSoup(response.content, "html.parser")
        for varying in page.select("[name=csrfmiddlewaretoken], [name=email], body"):
            varying.attrs = {}
        answers.append((response.status_code, str(page)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422


def test_a_passkey_logs_in_without_a_password_and_leads_where_it_should(owner: User, acme: Tenant) -> None:
    passkey = with_passkey(owner)
    client = platform()
    assert passkey_login(client, passkey, "?store=acme")["Location"] == "/stores/acme/enter/?next=%2Fdashboard%2F"
    assert is_in(enter(client, acme))


def test_a_passkey_is_the_second_step_after_the_password(owner: User) -> None:
    passkey = with_passkey(owner)
    client = begin(owner)
    page = client.get(SECOND)
    response = client.post(SECOND, {"credential": passkey.use(options_of(page))})
    assert response["Location"] == "/stores/"
    assert is_inside(client)


@pytest.mark.guard("passkey-on-our-origin", found="let somebody in")
def test_a_passkey_asked_on_a_stores_page_opens_nothing(owner: User) -> None:
    """A merchant's page may ask for the platform's passkeys: the domain covers its subdomains. Its answer must not count."""
    passkey = with_passkey(owner)
    for origin in ("http://acme.localhost", "http://localhost:9999", "https://localhost"):
        passkey.origin = origin
        client = platform()
        assert passkey_login(client, passkey).status_code == 422, f"an answer made on {origin} let somebody in"
        assert not is_inside(client)


def test_a_passkey_asked_inside_another_page_opens_nothing(owner: User) -> None:
    passkey = with_passkey(owner)
    passkey.inside_another_page = True
    assert passkey_login(platform(), passkey).status_code == 422


def test_a_passkey_log_in_asks_who_holds_the_device(owner: User) -> None:
    passkey = with_passkey(owner)
    passkey.verifies = False
    assert passkey_login(platform(), passkey).status_code == 422


def test_an_answer_works_for_its_own_question_only(owner: User) -> None:
    passkey = with_passkey(owner)
    asked, other = platform(), platform()
    answer = passkey.use(asked.get("/login/passkey/").json())
    other.get("/login/passkey/")
    assert other.post("/login/passkey/", {"credential": answer}).status_code == 422
    assert asked.post("/login/passkey/", {"credential": answer}).status_code == 302
    asked.post("/logout/")
    assert asked.post("/login/passkey/", {"credential": answer}).status_code == 422


def test_a_passkey_does_not_speak_for_somebody_else(owner: User, globex: Tenant) -> None:
    other = User.objects.get(email="globex@example.com")
    mine, theirs = with_passkey(owner), with_passkey(other)
    mine.user_handle = theirs.user_handle
    assert passkey_login(platform(), mine).status_code == 422


@pytest.mark.guard("log-in-begins-empty", found="stood in for the second step")
def test_a_passkey_of_an_earlier_log_in_is_no_second_step(owner: User) -> None:
    """Ended from elsewhere, the browser's session stays, and allauth keeps in it who once came with a passkey."""
    passkey = with_passkey(owner)
    client = platform()
    passkey_login(client, passkey)
    end_logins(user_id=owner.pk, now=utc_now())
    assert not is_inside(client)
    response = client.post("/login/", {"email": owner.email, "password": PASSWORD})
    assert response["Location"] == SECOND, "an earlier passkey stood in for the second step"
    assert not is_inside(client)


def test_a_removed_passkey_opens_nothing(owner: User) -> None:
    passkey = with_passkey(owner)
    Authenticator.objects.filter(user=owner).delete()
    assert passkey_login(platform(), passkey).status_code == 422


def test_somebody_switched_off_does_not_come_in_by_passkey(owner: User) -> None:
    passkey = with_passkey(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    client = platform()
    passkey_login(client, passkey)
    assert not is_inside(client)


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "5", "{}", '{"response": []}', '{"response": {"clientDataJSON": 5}}', "{", "\x00",
     '{"response": {"clientDataJSON": "e30"}}', '{"response": {"clientDataJSON": "W10"}}'],
)  # fmt: skip
def test_what_is_no_answer_is_refused_in_words(owner: User, answer: str) -> None:
    with_passkey(owner)
    client = begin(owner)
    for page in (SECOND, "/login/passkey/"):
        client.get(page)
        assert client.post(page, {"credential": answer}).status_code == 422


def test_an_answer_of_our_origin_with_anything_else_inside_is_refused(owner: User) -> None:
    passkey = with_passkey(owner)
    client = platform()
    whole = json.loads(passkey.use(client.get("/login/passkey/").json()))
    for broken in (
        whole | {"id": 5},
        whole | {"rawId": None},
        whole | {"response": whole["response"] | {"authenticatorData": ""}},
        whole | {"response": whole["response"] | {"signature": "AAAA"}},
        whole | {"response": whole["response"] | {"userHandle": "!!"}},
        whole | {"response": whole["response"] | {"userHandle": 5}},
        whole | {"response": whole["response"] | {"userHandle": None}},
    ):
        assert client.post("/login/passkey/", {"credential": json.dumps(broken)}).status_code == 422
    assert not is_inside(client)


@pytest.mark.django_db
def test_asking_for_passkeys_has_an_end() -> None:
    client = platform()
    statuses = [client.get("/login/passkey/").status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]


def test_the_fields_help_password_managers(owner: User) -> None:
    page = BeautifulSoup(platform().get("/login/").content, "html.parser")
    assert page.select_one("#id_email")["autocomplete"] == "username"
    assert page.select_one("#id_password")["autocomplete"] == "current-password"
    with_codes(owner)
    page = BeautifulSoup(begin(owner).get(SECOND).content, "html.parser")
    code = page.select_one("#id_code")
    assert (code["autocomplete"], code["inputmode"]) == ("one-time-code", "numeric")
    assert page.select_one("label[for=id_code]").get_text(strip=True) == "Code"


def test_logging_in_as_somebody_else_ends_the_former_login(owner: User, globex: Tenant) -> None:
    client = log_in(owner)
    client.post("/login/", {"email": "globex@example.com", "password": PASSWORD})
    assert LoginSession.objects.get(revoked_at__isnull=True).user.email == "globex@example.com"
    assert OutboxMessage.objects.count() == 0


def test_a_new_secret_key_keeps_log_ins_and_codes_while_the_former_one_is_named(owner: User, settings) -> None:  # type: ignore[no-untyped-def]
    here = log_in(owner)
    secret = with_codes(owner)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "a newer key, long enough for everything it signs"
    settings.SECRET_KEY_FALLBACKS = [former]
    assert is_inside(here)
    assert begin(owner).post(SECOND, {"code": code_of(secret)}).status_code == 302
    settings.SECRET_KEY_FALLBACKS = []
    assert not is_inside(here)
