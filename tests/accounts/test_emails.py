"""Confirm an address, and move to another."""

import re

import pytest
from django.core import signing

from accounts.models import User
from accounts.services.emails import CONFIRM_SALT
from core.outbox.models import OutboxMessage
from tenants.models import Tenant
from tests.accounts.walks import confirmed, deliver, is_inside, link_in, log_in, platform
from tests.fixtures.tenancy import PASSWORD

SIGN_UP = {"email": "june@example.com", "password": PASSWORD, "name": "Ash", "slug": "ash-goods", "country": "US"}


def confirm(link: str) -> int:
    client = platform()
    shown = client.get(link)
    if shown.status_code != 200:
        return int(shown.status_code)
    return int(client.post(link).status_code)


def test_signing_up_asks_for_a_confirmation_and_waits_for_nothing(acme: Tenant) -> None:
    client = platform()
    assert client.post("/signup/", SIGN_UP)["Location"] == "/signup/ash-goods/"
    assert b"Confirm your address" in client.get("/stores/").content
    (message,) = deliver()
    assert (message.to, message.subject) == (["june@example.com"], "Confirm your e-mail address")
    assert confirm(link_in(message)) == 302
    assert User.objects.get(email="june@example.com").email_confirmed_at is not None
    assert b"Confirm your address" not in client.get("/stores/").content


def test_looking_at_the_link_confirms_nothing(owner: User) -> None:
    """Mail programs open links to see whether they are safe."""
    here = log_in(owner)
    here.post("/account/email/send/")
    link = link_in(deliver()[0])
    assert platform().get(link).status_code == 200
    owner.refresh_from_db()
    assert owner.email_confirmed_at is None


def test_a_new_address_counts_when_its_link_was_followed_and_the_old_one_is_told(owner: User) -> None:
    confirmed(owner)
    here = log_in(owner)
    assert here.post("/account/email/", {"email": "New@Example.com"})["Location"] == "/account/"
    owner.refresh_from_db()
    assert (owner.email, owner.wished_email) == ("acme@example.com", "new@example.com")
    (message,) = deliver()
    assert message.to == ["new@example.com"]
    assert confirm(link_in(message)) == 302
    owner.refresh_from_db()
    assert (owner.email, owner.wished_email) == ("new@example.com", "")
    (told,) = deliver()
    assert (told.to, told.subject) == (["acme@example.com"], "Your e-mail address was changed")
    assert "new@example.com" in told.body
    assert "/password/" not in told.body  # the former address opens nothing any more, so a new password is no way out
    assert is_inside(here)
    log_in(owner)


def test_a_link_works_no_more_after_one_changed_ones_mind(owner: User) -> None:
    here = log_in(owner)
    here.post("/account/email/", {"email": "new@example.com"})
    link = link_in(deliver()[0])
    here.post("/account/email/forget/")
    assert confirm(link) == 403
    assert User.objects.get(pk=owner.pk).email == "acme@example.com"


def test_an_address_with_an_account_gets_a_word_and_its_owner_keeps_it(owner: User, globex: Tenant) -> None:
    User.objects.filter(email="globex@example.com").update(language="zh-hans")
    here = log_in(owner)
    free = here.post("/account/email/", {"email": "free@example.com"})
    assert deliver()[0].subject == "Confirm your e-mail address"
    taken = here.post("/account/email/", {"email": "globex@example.com"})
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    (told,) = deliver()
    assert told.to == ["globex@example.com"]
    assert told.subject == "这个邮箱已有账户"
    assert not re.search("/email/|/password/", told.body)
    forged = signing.dumps({"user": owner.pk, "email": "globex@example.com"}, salt=CONFIRM_SALT)
    assert confirm(f"/email/{forged}/") == 409
    assert User.objects.get(pk=owner.pk).email == "acme@example.com"


@pytest.mark.parametrize("token", ["guessed", "eyJ1c2VyIjoxfQ:1:x", "%00", "a" * 900])
def test_a_guessed_link_is_refused_in_words(db: None, token: str) -> None:
    assert platform().get(f"/email/{token}/").status_code in (403, 404)


def test_a_link_of_another_purpose_or_age_is_refused(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"user": owner.pk, "email": owner.email}
    assert confirm(f"/email/{signing.dumps(facts, salt='another purpose')}/") == 403
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() - 4 * 86400)
    old = signing.dumps(facts, salt=CONFIRM_SALT)
    monkeypatch.undo()
    assert confirm(f"/email/{old}/") == 403


def test_a_new_address_needs_a_fresh_proof(owner: User) -> None:
    here = log_in(owner)
    owner.logins.update(confirmed_at="2026-01-01T00:00:00Z")
    response = here.post("/account/email/", {"email": "new@example.com"})
    assert response["Location"] == "/account/confirm/?next=%2Faccount%2Femail%2F"
    owner.refresh_from_db()
    assert owner.wished_email == ""
    assert not OutboxMessage.objects.exists()


def test_sending_again_has_an_end(owner: User) -> None:
    here = log_in(owner)
    for _ in range(8):
        here.post("/account/email/send/")
    assert OutboxMessage.objects.count() == 5
