"""What a shopper writes."""

from datetime import datetime, timedelta

from django.db import transaction

from core.ids import new_token
from core.outbox.services import enqueue
from storefront.customers.models import Customer
from storefront.orders.models import Order
from storefront.support.locks import lock_conversation
from storefront.support.models import Conversation, ConversationStatus, Message
from storefront.support.wording import check_body, derive_subject

SAME_AGAIN = timedelta(minutes=2)


def open_conversation(
    *,
    email: str,
    name: str,
    subject: str,
    body: str,
    order: Order | None,
    customer: Customer | None,
    language: str,
    now: datetime,
) -> Conversation:
    """Write a new question down and have it labeled and announced; the same one sent twice within two minutes is one.

    Raises: MessageRefused.
    """
    body, email = check_body(body), email.strip().lower()
    with transaction.atomic():
        again = _find_same(email=email, body=body, order=order, now=now)
        if again is not None:
            return again
        conversation = Conversation.objects.create(
            token=new_token(),
            customer=customer,
            order=order,
            name=" ".join(name.split())[:160],
            email=email,
            subject=" ".join(subject.split())[:200] or derive_subject(body),
            language=language,
            created_at=now,
            last_message_at=now,
        )
        message = _write(conversation, body=body, now=now)
        enqueue(task="storefront.support.classify", kwargs={"conversation_id": conversation.pk})
        enqueue(task="storefront.support.send_question", kwargs={"message_id": message.pk})
    return conversation


def add_customer_message(*, conversation_id: int, body: str, now: datetime) -> Message:
    """Write down what the shopper adds; what was waiting or solved is open again. The same words twice are one message.

    Raises: ConversationNotFound, MessageRefused.
    """
    body = check_body(body)
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        last = conversation.messages.exclude(kind=Message.NOTE).order_by("-pk").first()
        if last and last.kind == Message.CUSTOMER and last.body == body and now - last.created_at < SAME_AGAIN:
            return last
        message = _write(conversation, body=body, now=now)
        conversation.last_message_at = now
        if conversation.status == ConversationStatus.SPAM:
            conversation.save(update_fields=["last_message_at"])
            return message
        if conversation.status != ConversationStatus.OPEN:
            enqueue(task="storefront.support.send_question", kwargs={"message_id": message.pk})
        conversation.status = ConversationStatus.OPEN
        conversation.save(update_fields=["last_message_at", "status"])
        enqueue(task="storefront.support.classify", kwargs={"conversation_id": conversation.pk})
    return message


def _write(conversation: Conversation, *, body: str, now: datetime) -> Message:
    return Message.objects.create(
        conversation=conversation,
        kind=Message.CUSTOMER,
        author=conversation.name or conversation.email,
        body=body,
        created_at=now,
    )


def _find_same(*, email: str, body: str, order: Order | None, now: datetime) -> Conversation | None:
    recent = Conversation.objects.filter(email=email, order=order, created_at__gt=now - SAME_AGAIN)
    return recent.filter(messages__kind=Message.CUSTOMER, messages__body=body).order_by("pk").first()
