"""Every text of a store is 700 hostile texts: in no page of any audience, in no feed and no mail does one come alive."""

import json
from email import message_from_bytes
from email.policy import default

import pytest
from defusedxml import ElementTree
from django.core import mail
from django.template import engines
from django.test import Client

from tests.hostile.audiences import AUDIENCES, looking, looking_at_the_platform
from tests.hostile.mails import write_all
from tests.hostile.payloads import RUN, families, packed, payloads
from tests.hostile.stuffing import stuff
from tests.hostile.trap import Chromium, Trap
from tests.isolation.conftest import Room

# Those that run without being touched, wherever they are written as they came.
LIVELY = ("script_elements", "event_handlers", "vector_pictures", "mutating", "attribute_breakers", "htmx", "styles", "links",
          "frames_and_forms")  # fmt: skip
# What every mail of ours has, and nothing else.
HEADERS = {
    "content-type",
    "mime-version",
    "subject",
    "from",
    "to",
    "date",
    "message-id",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "reply-to",
}
# Where a page shows what the store has written, the texts have to be seen.
SHOWN = {"anonymous": 20, "shopper of acme": 8, "merchant of acme": 60}


def judge(trap: Trap, *, shown: int) -> None:
    broken = [f"{address}: {status}" for address, (status, _kind, _body) in trap.answers.items() if status >= 500]
    assert not broken + trap.found, "\n".join([*broken, *trap.found][:20])
    seen = sum(b"__pwned(" in body for _status, _kind, body in trap.answers.values())
    assert seen >= shown, f"only {seen} pages show the texts"


@pytest.mark.parametrize("who", AUDIENCES)
def test_no_page_of_a_store_runs_any_of_them(stuffed: Room, chromium: Chromium, who: str) -> None:
    trap = looking(stuffed, chromium, who)
    judge(trap, shown=SHOWN[who])
    for address, (status, kind, body) in trap.answers.items():
        if status == 200 and ("xml" in kind or address.endswith(".xml")):
            ElementTree.fromstring(body)
        elif status == 200 and "jsonl" in address:
            assert [json.loads(line) for line in body.splitlines()]
        elif status == 200 and "json" in kind:
            json.loads(body)


@pytest.mark.parametrize(("who", "shown"), [("merchant of acme", 2), ("member of the team", 5)])
def test_no_page_of_the_platform_runs_any_of_them(stuffed: Room, chromium: Chromium, who: str, shown: int) -> None:
    judge(looking_at_the_platform(stuffed, chromium, who), shown=shown)


def test_no_mail_runs_any_of_them_or_has_a_header_of_theirs(
    stuffed: Room, chromium: Chromium, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert write_all(stuffed.acme, monkeypatch) == set()
    trap = Trap(chromium, stuffed.client("anonymous"), "mail.invalid")
    for one in mail.outbox:
        message = message_from_bytes(one.message().as_bytes(), policy=default)
        assert {name.lower() for name in message} <= HEADERS
        assert "pwned@" not in f"{message['to']} {message['reply-to']}"
        part = message.get_body(("html",))
        assert part is not None
        trap.show(one.subject[:60], str(part.get_content()))
    trap.close()
    judge(trap, shown=0)
    assert sum("__pwned(1)" in str(one.body) for one in mail.outbox) >= 8


@pytest.mark.django_db
@pytest.mark.parametrize("family", LIVELY)
def test_a_page_that_is_not_careful_is_caught(chromium: Chromium, family: str) -> None:
    """The control of the trap: texts of this family in a page that writes them as they came."""
    trap = Trap(chromium, Client(), "unsafe.invalid")
    for text in families()[family][:3]:
        trap.show("unsafe", f'<!doctype html><title>x</title><a href="{text}">{text}</a>'.replace(RUN, "__pwned(1)"))
    trap.close()
    assert trap.found


@pytest.mark.parametrize("careless", ["sanitizer", "escaping"])
def test_a_store_that_is_not_careful_is_caught(
    room: Room, chromium: Chromium, monkeypatch: pytest.MonkeyPatch, careless: str
) -> None:
    """The control of the pages: descriptions that no sanitizer has seen; templates that escape nothing."""
    if careless == "sanitizer":
        monkeypatch.setattr("tests.hostile.stuffing.sanitize_html", lambda html: html)
    else:
        monkeypatch.setattr(engines["jinja2"].env, "autoescape", False)
        monkeypatch.setattr(engines["jinja2"].env, "cache", None)
    stuff(room.acme, packed(payloads()))
    trap = looking(room, chromium, "anonymous", ["/products/only-at-acme/"])
    assert any("ran " in one for one in trap.found)


def test_there_are_enough_of_them() -> None:
    texts = payloads()
    assert len(texts) == len(set(texts)) >= 500
    assert len(families()) >= 15
