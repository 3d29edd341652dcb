"""A mail as the mail server gets it."""

from email import policy
from email.parser import BytesParser

import pytest
from django.core import mail
from django.test import override_settings

from integrations.mail.services import send_mail

CONTEXT = {"sender_name": "Acme", "minutes": 15, "action_url": "https://x.example/", "action_label": "Sign in"}


def sent(**changes: object) -> mail.EmailMultiAlternatives:
    facts = {
        "to": "maya@example.com",
        "subject": "Hello",
        "template": "customers/email/login_link",
        "context": CONTEXT,
        "language": "en",
        **changes,
    }
    send_mail(**facts)  # type: ignore[arg-type]
    message = mail.outbox[-1]
    assert isinstance(message, mail.EmailMultiAlternatives)
    return message


@pytest.mark.parametrize("name", ["云上茶舍", 'Acme, Inc. "Best" <x@evil.example>', "Zoë & Söhne"])
def test_a_store_name_of_any_letters_arrives_as_it_is_and_never_changes_the_address(name: str) -> None:
    raw = sent(from_name=name).message().as_bytes()
    header = BytesParser(policy=policy.default).parsebytes(raw)["From"]
    assert len(header.addresses) == 1
    assert header.addresses[0].display_name == name
    assert header.addresses[0].addr_spec == "hello@localhost"


def test_line_ends_in_names_and_subjects_cannot_add_a_header() -> None:
    message = sent(from_name="Acme\r\nBcc: all@example.com", subject="Hello\nBcc: all@example.com").message()
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: all@example.com"


@override_settings(DEFAULT_FROM_EMAIL="Shopstead <hello@shop.example>")
def test_without_a_name_the_platform_signs_and_answers_go_where_they_should() -> None:
    message = sent(reply_to="acme@example.com")
    assert message.from_email == "Shopstead <hello@shop.example>"
    assert message.reply_to == ["acme@example.com"]
    assert message.message()["Auto-Submitted"] == "auto-generated"


def test_both_parts_are_written_in_the_readers_language() -> None:
    message = sent(language="zh-hans")
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert '<html lang="zh-Hans">' in str(html)
    assert "https://x.example/" in message.body
