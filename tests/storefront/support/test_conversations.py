"""Questions, answers, notes, their states and their mails."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail

from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.support.errors import ConversationNotFound, MessageRefused
from storefront.support.models import Conversation, ConversationStatus, Message
from storefront.support.reply_texts import GAPS, REPLY_TEXTS
from storefront.support.selectors import reading_key
from storefront.support.services import (
    add_customer_message,
    add_note,
    add_reply,
    mail_question,
    mail_reply,
    mark_spam,
    reopen,
    set_label,
    solve,
)
from storefront.support.wording import derive_subject
from tenants.models import Tenant

Ask = Callable[..., Conversation]
ACTOR = "acme@example.com"


def waiting_tasks(tenant: Tenant) -> list[str]:
    found = OutboxMessage.objects.filter(schema_name=tenant.schema_name).order_by("pk")
    return [message.task.rpartition(".")[2] for message in found]


def test_a_question_is_kept_labeled_and_announced_once(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("Hello there. Where is my parcel?")
    again = ask("Hello there. Where is my parcel?", now=now + timedelta(seconds=5))
    assert again == asked
    assert (asked.subject, asked.status, asked.email) == (
        "Hello there. Where is my parcel?",
        "open",
        "nora@example.com",
    )
    assert waiting_tasks(in_acme) == ["classify", "send_question"]
    assert ask("Hello there. Where is my parcel?", now=now + timedelta(minutes=3)) != asked


def test_an_answer_is_mailed_once_however_often_the_task_runs(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("Where is my <b>parcel</b>?")
    sent = add_reply(conversation_id=asked.pk, body="Tomorrow & <i>surely</i>.", actor=ACTOR, now=now)
    assert mail_reply(message_id=sent.pk, now=now) is True
    assert mail_reply(message_id=sent.pk, now=now) is False
    (letter,) = mail.outbox
    assert (letter.to, letter.subject, letter.reply_to) == (
        ["nora@example.com"],
        "Re: Where is my <b>parcel</b>?",
        ["acme@example.com"],
    )
    address = f"http://acme.localhost/support/{asked.token}/?key={reading_key(asked)}"
    html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    assert address in str(letter.body)
    assert address in html
    assert "Tomorrow & <i>surely</i>." in str(letter.body)
    assert "Tomorrow &amp; &lt;i&gt;surely&lt;/i&gt;." in html
    assert "<b>parcel</b>" not in html
    sent.refresh_from_db()
    assert sent.emailed_at == now


def test_the_mail_speaks_the_language_the_question_was_asked_in(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("包裹到哪里了？", language="zh-hans")
    sent = add_reply(conversation_id=asked.pk, body="明天到。", actor=ACTOR, now=now)
    mail_reply(message_id=sent.pk, now=now)
    assert f"http://acme.localhost/zh-hans/support/{asked.token}/" in str(mail.outbox[0].body)
    assert '<html lang="zh-Hans">' in str(mail.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]


def test_a_mail_server_that_refuses_leaves_the_answer_unmailed(
    in_acme: Tenant, ask: Ask, now: datetime, settings: pytest.FixtureRequest
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    sent = add_reply(conversation_id=ask("Hello?").pk, body="Hello.", actor=ACTOR, now=now)
    with pytest.raises(OSError, match="refused"):
        mail_reply(message_id=sent.pk, now=now)
    sent.refresh_from_db()
    assert sent.emailed_at is None


def test_the_merchant_is_told_of_a_new_question_and_of_what_follows_an_answer(
    in_acme: Tenant, ask: Ask, now: datetime, run_outbox: Callable[[Tenant], list[str]]
) -> None:
    asked = ask("Where is my parcel?")
    run_outbox(in_acme)
    add_customer_message(conversation_id=asked.pk, body="It is urgent.", now=now)
    assert waiting_tasks(in_acme) == ["classify"]
    add_reply(conversation_id=asked.pk, body="Tomorrow.", actor=ACTOR, now=now)
    run_outbox(in_acme)
    add_customer_message(conversation_id=asked.pk, body="It is not here.", now=now)
    assert waiting_tasks(in_acme) == ["send_question", "classify"]
    run_outbox(in_acme)
    assert [letter.to[0] for letter in mail.outbox] == ["acme@example.com", "nora@example.com", "acme@example.com"]
    assert mail.outbox[0].subject == "Question from Nora Weiss: Where is my parcel?"
    assert f"http://acme.localhost/dashboard/support/{asked.pk}/" in str(mail.outbox[0].body)


def test_states_follow_what_is_written_and_decided(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("Where is my parcel?")

    def state() -> str:
        asked.refresh_from_db()
        return asked.status

    add_reply(conversation_id=asked.pk, body="Tomorrow.", actor=ACTOR, now=now)
    assert state() == ConversationStatus.WAITING
    add_customer_message(conversation_id=asked.pk, body="Thanks", now=now)
    assert state() == ConversationStatus.OPEN
    add_reply(conversation_id=asked.pk, body="You are welcome.", actor=ACTOR, now=now, is_solved=True)
    assert state() == ConversationStatus.SOLVED
    reopen(conversation_id=asked.pk, actor=ACTOR, now=now)
    solve(conversation_id=asked.pk, actor=ACTOR, now=now)
    assert state() == ConversationStatus.SOLVED
    add_note(conversation_id=asked.pk, body="A regular.", actor=ACTOR, now=now)
    assert state() == ConversationStatus.SOLVED


def test_a_second_click_sends_nothing_twice(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("Where is my parcel?")
    first = add_reply(conversation_id=asked.pk, body="Tomorrow.", actor=ACTOR, now=now)
    assert add_reply(conversation_id=asked.pk, body=" Tomorrow.\r\n", actor=ACTOR, now=now) == first
    said = add_customer_message(conversation_id=asked.pk, body="Thanks", now=now)
    assert add_customer_message(conversation_id=asked.pk, body="Thanks", now=now) == said
    assert waiting_tasks(in_acme).count("send_reply") == 1
    later = add_reply(conversation_id=asked.pk, body="Tomorrow.", actor=ACTOR, now=now)
    assert later != first


def test_notes_and_spam_mail_nobody(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("Buy my watches")
    note = add_note(conversation_id=asked.pk, body="Spam?", actor=ACTOR, now=now)
    mark_spam(conversation_id=asked.pk, actor=ACTOR, now=now)
    OutboxMessage.objects.all().delete()
    more = add_customer_message(conversation_id=asked.pk, body="Buy them now", now=now)
    assert waiting_tasks(in_acme) == []
    assert [mail_reply(message_id=note.pk, now=now), mail_question(message_id=more.pk, now=now)] == [False, False]
    asked.refresh_from_db()
    assert (asked.status, mail.outbox) == ("spam", [])


@pytest.mark.parametrize("body", ["", "  \n ", "\x00", "x" * 5_001])
def test_a_message_of_nothing_or_of_too_much_is_refused(in_acme: Tenant, ask: Ask, now: datetime, body: str) -> None:
    asked = ask("Hello")
    for write in (
        lambda: add_customer_message(conversation_id=asked.pk, body=body, now=now),
        lambda: add_reply(conversation_id=asked.pk, body=body, actor=ACTOR, now=now),
        lambda: add_note(conversation_id=asked.pk, body=body, actor=ACTOR, now=now),
    ):
        with pytest.raises(MessageRefused):
            write()
    assert Message.objects.filter(conversation=asked).count() == 1


@pytest.mark.parametrize("gap", GAPS)
def test_a_suggestion_with_an_open_gap_is_not_sent(in_acme: Tenant, ask: Ask, now: datetime, gap: str) -> None:
    asked = ask("Hello")
    with pytest.raises(MessageRefused, match="Nothing was sent"):
        add_reply(conversation_id=asked.pk, body=f"Hi,\n\n{gap}\n\nBye", actor=ACTOR, now=now)


def test_what_is_no_label_and_what_is_another_stores_is_refused(
    acme: Tenant, globex: Tenant, ask: Ask, now: datetime
) -> None:
    with in_tenant(acme):
        asked = ask("Hello")
        with pytest.raises(MessageRefused):
            set_label(conversation_id=asked.pk, label="complaint", actor=ACTOR, now=now)
    with in_tenant(globex), pytest.raises(ConversationNotFound):
        add_reply(conversation_id=asked.pk, body="Hello", actor=ACTOR, now=now)


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("Where is it?\nI wait.", "Where is it?"),
        ("Where is my parcel? " + "I have waited so long. " * 9, "Where is my parcel?"),
        ("我的包裹到哪里了，一直没有更新？" + "请尽快回复。" * 20, "我的包裹到哪里了，一直没有更新？"),
        ("a" * 300, "a" * 79 + "…"),
    ],
)
def test_a_subject_is_made_from_the_first_sentence(body: str, subject: str) -> None:
    assert derive_subject(body) == subject


def test_both_languages_have_the_same_replies_with_the_same_places() -> None:
    english, chinese = REPLY_TEXTS["en"], REPLY_TEXTS["zh-hans"]
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert {part.split("}")[0] for part in text.split("{")[1:]} == {
            part.split("}")[0] for part in chinese[key].split("{")[1:]
        }, key
