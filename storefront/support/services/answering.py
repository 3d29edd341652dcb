"""What people of the store do with a question."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.outbox.services import enqueue
from storefront.support.errors import MessageRefused
from storefront.support.locks import lock_conversation
from storefront.support.models import Conversation, ConversationStatus, Label, Message
from storefront.support.reply_texts import GAPS
from storefront.support.selectors import question_text
from storefront.support.suggestions import suggest_reply
from storefront.support.wording import check_body

PERSON = "person"
SAME_AGAIN = timedelta(minutes=2)

logger = logging.getLogger(__name__)


def add_reply(*, conversation_id: int, body: str, actor: str, now: datetime, is_solved: bool = False) -> Message:
    """Write the store's answer and ask for its mail to the shopper; the conversation then waits, or is solved.

    The same words from the same person within two minutes are one answer, so that a second click mails nothing.
    Raises: ConversationNotFound, MessageRefused; also for a suggestion whose gap was not filled.
    """
    body = check_body(body)
    gap = next((gap for gap in GAPS if gap in body), "")
    if gap:
        raise MessageRefused(_("Replace “%(gap)s” with your answer. Nothing was sent.") % {"gap": gap}, field="body")
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        last = conversation.messages.exclude(kind=Message.NOTE).order_by("-pk").first()
        is_again = (
            last is not None
            and (last.kind, last.author, last.body) == (Message.STAFF, actor, body)
            and now - last.created_at < SAME_AGAIN
        )
        if is_again and last is not None:
            return last
        message = Message.objects.create(
            conversation=conversation, kind=Message.STAFF, author=actor, body=body, created_at=now
        )
        conversation.status = ConversationStatus.SOLVED if is_solved else ConversationStatus.WAITING
        conversation.last_message_at = now
        conversation.suggested_reply = conversation.suggestion_reason = ""
        conversation.save(update_fields=["status", "last_message_at", "suggested_reply", "suggestion_reason"])
        enqueue(task="storefront.support.send_reply", kwargs={"message_id": message.pk})
    return message


def add_note(*, conversation_id: int, body: str, actor: str, now: datetime) -> Message:
    """Write something for colleagues only; it is never mailed and changes no state.

    Raises: ConversationNotFound, MessageRefused.
    """
    body = check_body(body)
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        return Message.objects.create(
            conversation=conversation, kind=Message.NOTE, author=actor, body=body, created_at=now
        )


def set_label(*, conversation_id: int, label: str, actor: str, now: datetime) -> Conversation:
    """Say what a question is about: kept against the classifier's opinion, and learned from by this store's classifier.

    The suggested reply changes with it while nobody has answered.
    Raises: ConversationNotFound, MessageRefused for a word that is no label.
    """
    if label not in Label.values:
        raise MessageRefused(_("There is no such label. Nothing was changed."), field="label")
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        conversation.label, conversation.label_source, conversation.label_probability = label, PERSON, None
        write_suggestion(conversation, text=question_text(conversation), now=now)
        conversation.save(
            update_fields=["label", "label_source", "label_probability", "suggested_reply", "suggestion_reason"]
        )
        logger.info("conversation %s was labeled %s by %s", conversation.pk, label, actor)
    return conversation


def solve(*, conversation_id: int, actor: str, now: datetime) -> Conversation:
    """Put a conversation away as done. Raises: ConversationNotFound."""
    return _move(conversation_id, ConversationStatus.SOLVED, actor=actor, now=now)


def reopen(*, conversation_id: int, actor: str, now: datetime) -> Conversation:
    """Take a conversation back to the open ones, also from spam. Raises: ConversationNotFound."""
    return _move(conversation_id, ConversationStatus.OPEN, actor=actor, now=now)


def mark_spam(*, conversation_id: int, actor: str, now: datetime) -> Conversation:
    """Put a conversation away as spam: nothing more about it is mailed or learned. Raises: ConversationNotFound."""
    return _move(conversation_id, ConversationStatus.SPAM, actor=actor, now=now)


def write_suggestion(conversation: Conversation, *, text: str, now: datetime) -> None:
    """Fill the suggestion's fields for the label, or empty them once somebody has answered; saves nothing."""
    last = conversation.messages.exclude(kind=Message.NOTE).order_by("-pk").first()
    is_asked = last is not None and last.kind == Message.CUSTOMER
    found = suggest_reply(conversation=conversation, label=conversation.label, text=text, now=now) if is_asked else None
    conversation.suggested_reply = found.reply if found else ""
    conversation.suggestion_reason = found.reason if found else ""


def _move(conversation_id: int, status: ConversationStatus, *, actor: str, now: datetime) -> Conversation:
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        if conversation.status != status:
            conversation.status = status
            conversation.save(update_fields=["status"])
            logger.info("conversation %s became %s by %s at %s", conversation.pk, status.value, actor, now.isoformat())
    return conversation
