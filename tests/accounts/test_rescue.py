"""Somebody who has lost every way to log in is let in again by whoever runs the platform."""

import argparse
import json

import pytest
from allauth.mfa.models import Authenticator

from accounts.errors import EmailTaken
from accounts.models import User
from accounts.services import rescue_user
from core.clock import utc_now
from core.outbox.models import OutboxMessage
from shopstead.cli.logins import rescue
from tenants.models import Tenant
from tests.accounts.walks import deliver, enter, is_in, is_inside, link_in, log_in, platform, with_codes
from tests.fixtures.tenancy import PASSWORD

NEW = "another long passphrase"


def ask(email: str, move_to: str = "") -> int:
    return rescue(argparse.Namespace(email=email, move_to=move_to, as_json=True))


def test_the_mailed_link_is_the_one_way_in_and_asks_for_no_second_step(
    owner: User, acme: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    here = log_in(owner)
    store = enter(here, acme)
    with_codes(owner)
    deliver()
    assert ask("Acme@example.com") == 0
    assert json.loads(capsys.readouterr().out) == {"email": "acme@example.com"}
    assert not Authenticator.objects.exists()
    assert (is_inside(here), is_in(store)) == (False, False)
    assert platform().post("/login/", {"email": owner.email, "password": PASSWORD}).status_code == 422
    told, link = deliver()
    assert (told.subject, link.subject) == ("You can log in again", "A new password for your Shopstead account")
    client = platform()
    client.post(client.get(link_in(link))["Location"], {"password": NEW})
    assert is_inside(log_in(owner, password=NEW))


def test_an_address_that_was_taken_away_is_given_back_and_the_other_is_told(owner: User) -> None:
    rescue_user(user_id=owner.pk, email="June@Example.com", now=utc_now())
    owner.refresh_from_db()
    assert owner.email == "june@example.com"
    assert {(message.to[0], message.subject) for message in deliver()} == {
        ("june@example.com", "You can log in again"),
        ("acme@example.com", "Your e-mail address was changed"),
        ("june@example.com", "A new password for your Shopstead account"),
    }


def test_an_address_of_somebody_else_changes_nothing(owner: User, globex: Tenant) -> None:
    with_codes(owner)
    with pytest.raises(EmailTaken):
        rescue_user(user_id=owner.pk, email="globex@example.com", now=utc_now())
    assert ask(owner.email, "globex@example.com") == 1
    owner.refresh_from_db()
    assert (owner.email, owner.check_password(PASSWORD)) == ("acme@example.com", True)
    assert Authenticator.objects.count() == 2


def test_an_unknown_address_is_said_to_be_one(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("nobody@example.com") == 1
    assert "Nobody logs in with nobody@example.com" in capsys.readouterr().err
    assert not OutboxMessage.objects.exists()
