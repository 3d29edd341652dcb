"""Mails about a conversation, each sent once: the message remembers it."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.support.models import Conversation, ConversationStatus, Message
from storefront.support.selectors import reading_key
from tenants.selectors import store_url


def mail_reply(*, message_id: int, now: datetime) -> bool:
    """Mail the store's answer to the shopper; return whether a mail went out."""
    return _once(message_id, kind=Message.STAFF, send=_send_reply, now=now)


def mail_question(*, message_id: int, now: datetime) -> bool:
    """Tell the merchant that somebody asks; return whether a mail went out."""
    return _once(message_id, kind=Message.CUSTOMER, send=_send_question, now=now)


def _once(message_id: int, *, kind: str, send: Callable[[Message], bool], now: datetime) -> bool:
    """Send in the transaction that writes down that it was sent: a second task waits here, and then does nothing."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(of=("self",))
            .select_related("conversation__order")
            .filter(pk=message_id, kind=kind, emailed_at__isnull=True)
            .exclude(conversation__status=ConversationStatus.SPAM)
            .first()
        )
        if message is None:
            return False
        has_left = send(message)
        Message.objects.filter(pk=message.pk).update(emailed_at=now)
    return has_left


def _send_reply(message: Message) -> bool:
    tenant, conversation = current_tenant(), message.conversation
    with translation.override(conversation.language):
        return send_mail(
            to=conversation.email,
            subject=_("Re: %(subject)s") % {"subject": conversation.subject},
            template="support/email/reply",
            context={
                "sender_name": tenant.name,
                "reply": message.body,
                "question": _question_before(message),
                "order": conversation.order,
                "action_url": store_url(tenant, _page(conversation)),
                "action_label": _("Read and answer"),
                "footer_note": _("You get this because you asked %(store)s a question.") % {"store": tenant.name},
            },
            language=conversation.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )


def _send_question(message: Message) -> bool:
    tenant, conversation = current_tenant(), message.conversation
    with translation.override(tenant.language):
        who = conversation.name or conversation.email
        return send_mail(
            to=tenant.contact_email,
            subject=_("Question from %(name)s: %(subject)s") % {"name": who, "subject": conversation.subject},
            template="support/email/question",
            context={
                "sender_name": tenant.name,
                "conversation": conversation,
                "who": who,
                "question": message.body,
                "action_url": store_url(tenant, f"/dashboard/support/{conversation.pk}/"),
                "action_label": _("Open in the inbox"),
                "footer_note": _("Answer in the inbox: then your colleagues see it, and the customer's page shows it."),
            },
            language=tenant.language,
            from_name=tenant.name,
            reply_to=conversation.email,
        )


def _page(conversation: Conversation) -> str:
    prefix = "" if conversation.language == current_tenant().language else f"/{conversation.language}"
    path = reverse("conversation", args=[conversation.token])
    return f"{prefix}{path}?key={reading_key(conversation)}"


def _question_before(message: Message) -> str:
    earlier = message.conversation.messages.filter(kind=Message.CUSTOMER, pk__lt=message.pk)
    return earlier.order_by("-pk").values_list("body", flat=True).first() or ""
