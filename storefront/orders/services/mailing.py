"""Mails about an order, each sent once: the timeline remembers them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.customers.addresses import format_address
from storefront.orders.carriers import carrier_name
from storefront.orders.days import write_day
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.locks import lock_order
from storefront.orders.models import Fulfillment, Order, OrderEvent, OrderLine
from storefront.orders.pickup import pickup_lines
from storefront.orders.selectors import ask_payments, list_spoken_lines
from storefront.orders.services.fulfilling import shipped_key
from storefront.orders.services.writing import mail_once, write_to_shopper
from storefront.shipping.dates import format_window
from tenants.selectors import store_url

CONFIRMATION_KEY = "mail.confirmation"
NEW_ORDER_KEY = "mail.new_order"
CANCELED_KEY = "mail.canceled"


def mail_confirmation(*, order_id: int, now: datetime, again: str = "") -> bool:
    """Tell the shopper that their order is here; return whether a mail went out.

    `again` is a word of its own for each time that a merchant sends it once more.
    """
    order = Order.objects.get(pk=order_id)
    if not order.email or order.status != OrderStatus.OPEN:
        return False

    def send() -> bool:
        with translation.override(order.language):
            name = order.name
            return write_to_shopper(
                order,
                subject=_("Order %(number)s is confirmed") % {"number": name},
                template="orders/email/confirmation",
                context={
                    "is_paid": order.payment_status == PaymentStatus.PAID,
                    "is_sent": order.fulfillment_status == FulfillmentStatus.FULFILLED,
                    "is_cards": not order.lines.filter(is_gift_card=False).exists(),
                    **_arranged(order, now),
                    **_goods(order, list_spoken_lines(order)),
                },
            )

    key = f"{CONFIRMATION_KEY}:{again}" if again else CONFIRMATION_KEY
    return mail_once(order, key=key, to=order.email, now=now, send=send)


def mail_canceled(*, order_id: int, now: datetime) -> bool:
    """Tell the shopper that their order will not be sent, and what happens to their money."""
    order = Order.objects.get(pk=order_id)
    if not order.email or order.status != OrderStatus.CANCELED:
        return False
    event = OrderEvent.objects.filter(order=order, key="canceled").first()
    data = event.data if event else {}
    money, credit = int(data.get("refund_amount", 0)), int(data.get("credit_amount", 0))

    def send() -> bool:
        with translation.override(order.language):
            language = translation.get_language() or "en"
            return write_to_shopper(
                order,
                subject=_("Order %(number)s is canceled") % {"number": order.name},
                template="orders/email/canceled",
                context={
                    "refund": format_money(money, order.currency, language) if money else "",
                    "credit": format_money(credit, order.currency, language) if credit else "",
                },
            )

    return mail_once(order, key=CANCELED_KEY, to=order.email, now=now, send=send)


def mail_order_link(*, order_id: int, again: str, now: datetime) -> bool:
    """Mail the order's secret address to its buyer; return whether a mail went out. `again` is a word for each asking."""
    order = Order.objects.get(pk=order_id)
    if not order.email:
        return False

    def send() -> bool:
        with translation.override(order.language):
            subject = _("Your order %(number)s") % {"number": order.name}
            return write_to_shopper(order, subject=subject, template="orders/email/link", context={})

    return mail_once(order, key=f"mail.link:{again}", to=order.email, now=now, send=send)


def mail_shipped(*, order_id: int, fulfillment_id: int, now: datetime) -> bool:
    """Tell the shopper that a parcel has left, or lies ready where it is picked up; return whether a mail went out.

    One that was taken back meanwhile is not told of.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        fulfillment = order.fulfillments.filter(pk=fulfillment_id).first()
        if fulfillment is None or not order.email:
            return False

        def send() -> bool:
            with translation.override(order.language):
                number = {"number": order.name}
                return write_to_shopper(
                    order,
                    subject=(
                        _("Order %(number)s is ready for pickup")
                        if order.pickup
                        else _("Order %(number)s is on its way")
                    )
                    % number,
                    template="orders/email/ready" if order.pickup else "orders/email/shipped",
                    context=_parcel(fulfillment, order),
                )

        return mail_once(order, key=shipped_key(fulfillment.pk), to=order.email, now=now, send=send)


def mail_new_order(*, order_id: int, now: datetime) -> bool:
    """Tell the merchant that somebody bought; return whether a mail went out."""
    order = Order.objects.get(pk=order_id)
    tenant = current_tenant()

    def send() -> bool:
        with translation.override(tenant.language):
            total = format_money(order.total_amount, order.currency, tenant.language)
            return send_mail(
                to=tenant.contact_email,
                subject=_("New order %(number)s, %(total)s") % {"number": order.name, "total": total},
                template="orders/email/new_order",
                context={
                    "order": order,
                    "sender_name": tenant.name,
                    "is_paid": order.payment_status == PaymentStatus.PAID,
                    **_arranged(order, now),
                    "action_url": store_url(tenant, f"/dashboard/orders/{order.pk}/"),
                    "action_label": _("Open the order"),
                    **_goods(order, list_spoken_lines(order)),
                },
                language=tenant.language,
                from_name=tenant.name,
                reply_to=order.email or None,
            )

    return mail_once(order, key=NEW_ORDER_KEY, to=tenant.contact_email, now=now, send=send)


def address_lines(order: Order) -> list[str]:
    """Return the delivery address as one writes it on a parcel, in the current language; nothing where none was asked for."""
    return format_address(order.shipping_address) if order.shipping_address.get("country") else []


def _parcel(fulfillment: Fulfillment, order: Order) -> dict[str, Any]:
    lines = {line.pk: line for line in list_spoken_lines(order)}
    parts = [(lines[part.order_line_id], part.quantity) for part in fulfillment.lines.order_by("pk")]
    to_send = {pk: line.kept_count for pk, line in lines.items() if line.requires_shipping and line.kept_count}
    return {
        "is_whole": to_send == {line.pk: count for line, count in parts if line.requires_shipping},
        "items": [{"title": line.title, "variant": line.variant_title, "count": count} for line, count in parts],
        "carrier": carrier_name(fulfillment.carrier),
        "tracking_number": fulfillment.tracking_number,
        "tracking_url": fulfillment.tracking_url,
        "address": address_lines(order),
        "pickup": pickup_lines(order),
    }


def _arranged(order: Order, now: datetime) -> dict[str, Any]:
    """Return what a mail says of money that no provider takes; nothing where it is paid."""
    arranged = ask_payments(order, now=now).arranged if order.paid_at is None else None
    if arranged is None:
        return {"arranged": None}
    language = translation.get_language() or "en"
    return {
        "arranged": arranged,
        "to_pay": format_money(arranged.amount, order.currency, language),
        "pay_until": write_day(arranged.due_at) if arranged.due_at else "",
        "instructions": arranged.instructions.splitlines(),
    }


def _goods(order: Order, lines: list[OrderLine]) -> dict[str, Any]:
    language = translation.get_language() or "en"

    def written(amount: int) -> str:
        return format_money(amount, order.currency, language)

    sums = [(_("Goods"), written(order.subtotal_amount))]
    if order.discount_amount:
        sums.append((_("Discount"), written(-order.discount_amount)))
    if order.shipping_method or order.shipping_amount:
        sums.append((_("Delivery"), written(order.shipping_amount) if order.shipping_amount else _("Free")))
    if order.tax_amount:
        label = _("Tax, included in the prices") if order.taxes_included else _("Tax")
        sums.append((label, written(order.tax_amount)))
    is_dated = order.delivery_from_date and order.delivery_to_date
    return {
        "items": [
            {
                "title": line.title,
                "variant": line.variant_title,
                "count": line.quantity,
                "total": written(line.total_amount),
            }
            for line in lines
        ],
        "sums": sums,
        "total": written(order.total_amount),
        "address": address_lines(order),
        "pickup": pickup_lines(order),
        "window": format_window(order.delivery_from_date, order.delivery_to_date) if is_dated else "",  # type: ignore[arg-type]
    }
