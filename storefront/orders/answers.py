"""What orders do when a sale becomes real, and when its customer asks for their data or leaves."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from core.outbox.services import enqueue
from core.text import without_words
from storefront.catalog.events import DeletionAsked
from storefront.customers.events import (
    CustomerDataAsked,
    CustomerErased,
    CustomerHistoryAsked,
    CustomersMerged,
    ErasureAsked,
    HistoryMoment,
    HoldOrders,
)
from storefront.orders.enums import FulfillmentStatus, OrderSource, OrderStatus
from storefront.orders.events import OrderPlaced
from storefront.orders.models import Order, OrderEvent, OrderLine
from storefront.orders.selectors import REAL
from storefront.orders.timeline import list_moments

SHOPPER = "shopper"
# What of an order's timeline is a customer's history too.
_TOLD = (
    "order.canceled",
    "order.fulfilled",
    "parcel.delivered",
    "payment.refunded",
    "payment.disputed",
    "payment.dispute_won",
    "payment.dispute_lost",
    "note.added",
)
_WRITTEN_BY_US = (OrderSource.IMPORT, OrderSource.DEMO)


def ask_for_mails(event: OrderPlaced) -> None:
    """Ask for the shopper's confirmation and the merchant's notice; orders that nobody just made are silent."""
    if Order.objects.filter(pk=event.order_id, source__in=_WRITTEN_BY_US).exists():
        return
    enqueue(task="storefront.orders.send_confirmation", kwargs={"order_id": event.order_id})
    enqueue(task="storefront.orders.send_new_order", kwargs={"order_id": event.order_id})


def keep_until_sent(question: ErasureAsked) -> None:
    """Keep a customer to whom something still has to be sent, or whose payment is still open."""
    waiting = (
        Order.objects.filter(customer_id=question.customer_id, status__in=(OrderStatus.OPEN, OrderStatus.PENDING))
        .exclude(fulfillment_status=FulfillmentStatus.FULFILLED)
        .order_by("pk")
        .values_list("name", flat=True)
    )
    question.reasons.extend(
        _("Order %(number)s is not finished; come back when it has been sent or canceled.") % {"number": name}
        for name in waiting[:3]
    )


def keep_ordered(question: DeletionAsked) -> None:
    """Keep goods that were ordered and not sent yet, or are being paid for."""
    waiting = (
        Order.objects.filter(
            lines__product_id__in=question.product_ids, status__in=(OrderStatus.OPEN, OrderStatus.PENDING)
        )
        .exclude(fulfillment_status=FulfillmentStatus.FULFILLED)
        .order_by("pk")
        .distinct()
    )
    names = list(waiting.values_list("name", flat=True)[:3])
    if names:
        question.reasons.append(
            _("Orders that are not finished need it: %(numbers)s. Send or cancel them first, or archive the product.")
            % {"numbers": ", ".join(names)}
        )


def tell_history(question: CustomerHistoryAsked) -> None:
    """Add what the customer bought, and what became of it."""
    if "orders.view" not in question.permissions:
        return
    mine = Order.objects.filter(customer_id=question.customer_id, status__in=REAL)
    for order in mine.order_by("-placed_at", "-pk").only("name", "placed_at", "total_amount", "currency")[
        : question.limit
    ]:
        total = format_money(order.total_amount, order.currency, get_language() or "en")
        title = _("Order %(number)s, %(total)s") % {"number": order.name, "total": total}
        question.moments.append(HistoryMoment(order.placed_at, title, url=reverse("dashboard_order", args=[order.pk])))
    is_told = Q(type__in=_TOLD) | Q(type__startswith="return.") | Q(type__startswith="withdrawal.")
    events = OrderEvent.objects.filter(is_told, order__customer_id=question.customer_id).select_related("order")
    for event in events.order_by("-created_at", "-pk")[: question.limit]:
        (moment,) = list_moments([event], currency=event.order.currency)
        detail = f"{event.order.name} · {moment.detail}" if moment.detail else event.order.name
        url = reverse("dashboard_order", args=[event.order_id])
        question.moments.append(
            HistoryMoment(moment.at, moment.title, detail, moment.actor, url=url, is_note=moment.is_note)
        )


def add_orders(question: CustomerDataAsked) -> None:
    """Add what the customer bought, with everything that was written down about it."""
    orders = Order.objects.filter(customer_id=question.customer_id).order_by("pk").prefetch_related("lines")
    question.sections["orders"] = [
        {
            "number": order.name,
            "placed_at": order.placed_at,
            "email": order.email,
            "status": order.status,
            "payment": order.payment_status,
            "fulfillment": order.fulfillment_status,
            "currency": order.currency,
            "total_amount": order.total_amount,
            "credit_amount": order.credit_amount,
            "refunded_amount": order.refunded_amount,
            "credit_refunded_amount": order.credit_refunded_amount,
            "shipping_address": order.shipping_address,
            "note": order.note,
            "vat_id": order.vat_id,
            "note_of_the_store": order.staff_note,
            "tags": order.tags,
            "lines": [
                {
                    "title": line.title,
                    "variant": line.variant_title,
                    "quantity": line.quantity,
                    "total_amount": line.total_amount,
                    "presents": line.presents,
                }
                for line in order.lines.all()
            ],
        }
        for order in orders
    ]


def hold_orders(event: HoldOrders) -> None:
    """Hold the customers' orders: whoever counts a payment or a refund holds the order before its customer."""
    theirs = Order.objects.select_for_update().filter(customer_id__in=event.customer_ids)
    list(theirs.order_by("pk").values_list("pk"))


def move_orders(event: CustomersMerged) -> None:
    """Make the orders of whoever goes those of the customer who stays; each keeps the address it was placed with."""
    theirs = Order.objects.filter(customer_id=event.goes_id)
    OrderEvent.objects.filter(order__in=theirs, actor__iexact=event.goes_email).update(actor=event.stays_email)
    theirs.update(customer_id=event.stays_id)


def blank_orders(event: CustomerErased) -> None:
    """Take the person out of their orders; numbers, goods, amounts and the country stay for the books.

    So does the VAT id of an order whose buyer owes the tax: the merchant has to name it in its returns.
    """
    mine = Q(customer_id=event.customer_id)
    orders = list(Order.objects.filter(mine | Q(customer__isnull=True, email__iexact=event.email)))
    for order in orders:
        order.email, order.note, order.staff_note = "", "", ""
        order.vat_id = order.vat_id if order.is_reverse_charge else ""
        country = order.shipping_address.get("country")
        order.shipping_address = {"country": country} if country else {}
    Order.objects.bulk_update(orders, ["email", "note", "staff_note", "vat_id", "shipping_address"], batch_size=200)
    lines = OrderLine.objects.filter(order__in=[order.pk for order in orders])
    lines.exclude(presents=[]).update(presents=[])
    events = OrderEvent.objects.filter(order__in=[order.pk for order in orders])
    events.filter(type__startswith="mail.").update(data={})
    events.filter(actor__iexact=event.email).update(actor=SHOPPER)
    for moment in events.exclude(data={}):
        kept = without_words(moment.data, event.words)
        if kept != moment.data:
            OrderEvent.objects.filter(pk=moment.pk).update(data=kept)
