"""Read conversations."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_schema
from storefront.customers.models import Customer
from storefront.customers.selectors import find_customer_by_email
from storefront.orders.events import PaymentsAsked
from storefront.orders.models import Fulfillment, Order, OrderLine
from storefront.orders.selectors import ask_payments, list_customer_orders, list_fulfillments, list_lines
from storefront.support.errors import ConversationNotFound
from storefront.support.models import Conversation, ConversationStatus, Label, Message

VIEWS = ("open", "waiting", "solved", "all", "spam")
MOST_MESSAGES = 300
MOST_CORRECTIONS = 1_000
TEXT_LENGTH = 5_000
FIRST_LINE = 160
OTHER_ORDERS = 3


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many conversations stand in each view, and how many that are not done carry each label."""

    views: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the merchant sees beside a conversation: the order it is about, and who is asking."""

    order: Order | None
    lines: list[OrderLine]
    fulfillments: list[Fulfillment]
    payment: PaymentsAsked | None
    customer: Customer | None
    other_orders: list[Order]
    conversations_count: int


def open_conversations() -> QuerySet[Conversation]:
    """Return the conversations that wait for the store."""
    return Conversation.objects.filter(status=ConversationStatus.OPEN)


def list_conversations(*, view: str = "open", label: str = "", text: str = "") -> QuerySet[Conversation]:
    """Return the rows of the inbox, newest first, each with `first_line` and `last_kind` of its newest message.

    `label` is one of `Label`, or `none` for those without one; `text` is looked for in names, addresses and words.
    """
    rows = _in_view(view)
    if label == "none":
        rows = rows.filter(label="")
    elif label in Label.values:
        rows = rows.filter(label=label)
    if text:
        written = Message.objects.filter(conversation=OuterRef("pk"), body__icontains=text)
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(email__icontains=text)
            | Q(subject__icontains=text)
            | Q(order__name__icontains=text)
            | Exists(written)
        )
    newest = Message.objects.filter(conversation=OuterRef("pk")).exclude(kind=Message.NOTE).order_by("-pk")
    return (
        rows.annotate(
            first_line=Subquery(newest.values(line=Left("body", FIRST_LINE))[:1]),
            last_kind=Subquery(newest.values("kind")[:1]),
        )
        .defer("suggested_reply")
        .order_by("-last_message_at", "-pk")
    )


def count_inbox() -> InboxCounts:
    """Return the numbers beside views and labels; one query."""
    counts = InboxCounts(views=dict.fromkeys(VIEWS, 0), labels=dict.fromkeys(Label.values, 0))
    for status, label, count in (
        Conversation.objects.values_list("status", "label").annotate(count=Count("pk")).order_by("status", "label")
    ):
        counts.views[status] = counts.views.get(status, 0) + count
        if status == ConversationStatus.SPAM:
            continue
        counts.views["all"] += count
        if label and status != ConversationStatus.SOLVED:
            counts.labels[label] = counts.labels.get(label, 0) + count
    return counts


def get_conversation(pk: int) -> Conversation:
    """Return a conversation of this store.

    Raises: ConversationNotFound.
    """
    conversation = Conversation.objects.select_related("order", "customer").filter(pk=pk).first()
    if conversation is None:
        raise ConversationNotFound(_("There is no such conversation in this store."))
    return conversation


def get_conversation_by_token(token: str) -> Conversation:
    """Return the conversation with this secret address.

    Raises: ConversationNotFound.
    """
    conversation = Conversation.objects.select_related("order").filter(token=token).first()
    if conversation is None:
        raise ConversationNotFound(_("There is no conversation at this address. Was the link copied in full?"))
    return conversation


def list_messages(conversation: Conversation, *, with_notes: bool) -> list[Message]:
    """Return what was written, oldest first; notes only where they are asked for."""
    messages = conversation.messages.order_by("-pk")
    if not with_notes:
        messages = messages.exclude(kind=Message.NOTE)
    return list(messages[:MOST_MESSAGES])[::-1]


def get_beside(conversation: Conversation, *, now: datetime) -> Beside:
    """Return what belongs beside a conversation. A person who is not signed in is known by the e-mail they gave."""
    order = conversation.order
    customer = conversation.customer or find_customer_by_email(conversation.email)
    others = list_customer_orders(customer) if customer else Order.objects.none()
    return Beside(
        order=order,
        lines=list_lines(order) if order else [],
        fulfillments=list_fulfillments(order) if order else [],
        payment=ask_payments(order, now=now) if order else None,
        customer=customer,
        other_orders=[other for other in others[: OTHER_ORDERS + 1] if other.pk != conversation.order_id][
            :OTHER_ORDERS
        ],
        conversations_count=Conversation.objects.filter(email=conversation.email).count(),
    )


def list_customer_conversations(customer: Customer) -> list[Conversation]:
    """Return what a signed-in customer asked here, newest first; at most five."""
    asked = Conversation.objects.filter(customer=customer).exclude(status=ConversationStatus.SPAM)
    return list(asked.order_by("-last_message_at", "-pk")[:5])


def question_text(conversation: Conversation) -> str:
    """Return what the shopper asks, as it is learned from and judged: subject and all they wrote."""
    bodies = list(
        conversation.messages.filter(kind=Message.CUSTOMER).order_by("pk").values_list("body", flat=True)[:20]
    )
    return _joined(conversation.subject, bodies)


def list_corrections() -> list[tuple[str, str]]:
    """Return (question, label) of what people of this store labeled themselves, newest thousand; two queries."""
    rows = Conversation.objects.filter(label_source="person").exclude(status=ConversationStatus.SPAM).exclude(label="")
    corrected = list(rows.order_by("-pk").values_list("pk", "subject", "label")[:MOST_CORRECTIONS])
    bodies: dict[int, list[str]] = {}
    written = Message.objects.filter(conversation__in=[pk for pk, _subject, _label in corrected], kind=Message.CUSTOMER)
    for pk, body in written.order_by("pk").values_list("conversation_id", "body"):
        bodies.setdefault(pk, []).append(body)
    return [(_joined(subject, bodies.get(pk, [])), label) for pk, subject, label in corrected]


def reading_key(conversation: Conversation) -> str:
    """Return what proves that a mail to the asker's address was read: it stands in the mails' links only."""
    told = f"{current_schema()}:{conversation.token}:{conversation.email}"
    return salted_hmac("storefront.support.reading", told, algorithm="sha256").hexdigest()[:26]


def is_reading_key(conversation: Conversation, key: str) -> bool:
    """Tell whether the key is this conversation's."""
    return constant_time_compare(reading_key(conversation), key)


def _joined(subject: str, bodies: Iterable[str]) -> str:
    body = "\n".join(bodies)
    return (body if body.startswith(subject) else f"{subject}\n{body}")[:TEXT_LENGTH]


def _in_view(view: str) -> QuerySet[Conversation]:
    if view == "all":
        return Conversation.objects.exclude(status=ConversationStatus.SPAM)
    if view in ConversationStatus.values:
        return Conversation.objects.filter(status=view)
    return Conversation.objects.filter(status=ConversationStatus.OPEN)
