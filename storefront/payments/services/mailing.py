"""Mails about money, each sent once: the order's timeline remembers them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format as format_date
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.credits.selectors import list_given_back
from storefront.orders.days import write_day
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.models import Order, OrderEvent
from storefront.orders.selectors import list_spoken_lines
from storefront.payments.models import Dispute, DisputeStatus, Payment, PaymentState, Refund, RefundState
from storefront.payments.selectors import STRIPE, find_words
from storefront.payments.selectors.disputes import ANY_REASON, REASONS
from storefront.payments.services.completing import ADDED_SOLD_OUT, CALLED_OFF
from tenants.selectors import store_url

# Why money went back by itself.
SOLD_OUT, DUPLICATE = "sold_out", "duplicate"
TRANSFER_DUE_KEY = "mail.transfer_due"
BY_ITSELF = frozenset({SOLD_OUT, DUPLICATE, CALLED_OFF, ADDED_SOLD_OUT})


def mail_refunded(*, refund_id: int, now: datetime) -> int:
    """Tell the shopper what goes back where, and the merchant where nobody decided it; return how many mails left.

    Of a refund whose money could not be given back it tells what cards and credit have back.
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    order = refund.payment.order
    if refund.state == RefundState.FAILED and not refund.credit_amount:
        return 0
    sent = 0
    if order.email:
        sent += _once(order, f"mail.refunded:{refund.pk}", order.email, now, lambda: _write_to_shopper(order, refund))
    if refund.reason in BY_ITSELF:
        to = current_tenant().contact_email
        key = f"mail.refund_notice:{refund.pk}"
        sent += _once(order, key, to, now, lambda: _write_to_merchant(order, refund, "payments/email/returned"))
    return sent


def mail_refund_failed(*, refund_id: int, now: datetime) -> int:
    """Tell the merchant that money could not be given back and lies with them; return how many mails left."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    order, to = refund.payment.order, current_tenant().contact_email
    key = f"mail.refund_failed:{refund.pk}"
    return _once(order, key, to, now, lambda: _write_to_merchant(order, refund, "payments/email/refund_failed"))


def mail_transfer_due(*, payment_id: int, now: datetime) -> int:
    """Remind the shopper, once, of a bank transfer that is still to come, with account, sum and last day; return how many left."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    order = payment.order
    if payment.state != PaymentState.WAITING or order.paid_at is not None or order.status != OrderStatus.OPEN:
        return 0
    return _once(order, TRANSFER_DUE_KEY, order.email, now, lambda: _write_transfer_due(order, payment))


def mail_money_arrived(*, order_id: int, now: datetime) -> int:
    """Tell the shopper, once, that the merchant has seen their money arrive; return how many mails left."""
    order = Order.objects.get(pk=order_id)
    if not order.email or order.paid_at is None or order.status != OrderStatus.OPEN:
        return 0
    return _once(order, "mail.money_arrived", order.email, now, lambda: _write_money_arrived(order))


def mail_dispute(*, dispute_pk: int, status: str, now: datetime) -> int:
    """Tell the merchant that a dispute began or how it ended; return how many mails left."""
    dispute = Dispute.objects.select_related("payment__order").get(pk=dispute_pk)
    order, to = dispute.payment.order, current_tenant().contact_email
    key = f"mail.dispute:{dispute.pk}:{status}"
    return _once(order, key, to, now, lambda: _write_about_dispute(order, dispute))


def _write_transfer_due(order: Order, payment: Payment) -> bool:
    with translation.override(order.language):
        words = find_words(payment.method_type)
        return _write_about_order(
            order,
            subject=_("Order %(number)s still waits for your transfer") % {"number": order.name},
            template="payments/email/transfer_due",
            to_pay=format_money(payment.amount, order.currency, order.language),
            pay_until=write_day(payment.due_at) if payment.due_at else "",
            arranged={"title": words.title if words else payment.method_label, "is_cash": False},
            instructions=words.instructions.splitlines() if words else [],
        )


def _write_money_arrived(order: Order) -> bool:
    with translation.override(order.language):
        return _write_about_order(
            order,
            subject=_("Your money for order %(number)s is here") % {"number": order.name},
            template="payments/email/money_arrived",
            amount=format_money(order.due_amount, order.currency, order.language),
            is_done=order.fulfillment_status == FulfillmentStatus.FULFILLED,
        )


def _write_about_order(order: Order, *, subject: str, template: str, **more: Any) -> bool:
    tenant = current_tenant()
    prefix = "" if order.language == tenant.language else f"/{order.language}"
    return send_mail(
        to=order.email,
        subject=subject,
        template=template,
        context={
            "order": order,
            "sender_name": tenant.name,
            "action_url": store_url(tenant, f"{prefix}/orders/{order.token}/"),
            "action_label": _("See your order"),
            "footer_note": _("Questions? Answer this mail."),
            **more,
        },
        language=order.language,
        from_name=tenant.name,
        reply_to=tenant.contact_email,
    )


def _write_about_dispute(order: Order, dispute: Dispute) -> bool:
    tenant = current_tenant()
    with translation.override(tenant.language):
        words = {
            "amount": format_money(dispute.amount, dispute.currency, tenant.language),
            "number": order.name,
            "day": format_date(dispute.due_at.date()) if dispute.due_at else "",
        }
        subject, after = _dispute_words(dispute.status)
        return send_mail(
            to=tenant.contact_email,
            subject=subject % words,
            template="payments/email/dispute",
            context={
                "says": REASONS.get(dispute.reason, ANY_REASON)[0],
                "next": after % words,
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"/dashboard/orders/{order.pk}/disputes/{dispute.pk}/"),
                "action_label": _("Open the dispute"),
            },
            language=tenant.language,
            from_name=tenant.name,
        )


def _dispute_words(status: str) -> tuple[str, str]:
    if status == DisputeStatus.WON:
        return _("Dispute won: %(amount)s of order %(number)s is yours"), _("The bank decided for you.")
    if status == DisputeStatus.LOST:
        return _("Dispute lost: %(amount)s of order %(number)s stays with the customer"), _(
            "The bank decided for the customer."
        )
    if status in (DisputeStatus.WARNING_CLOSED, DisputeStatus.PREVENTED):
        return _("Dispute over order %(number)s is closed"), _("You need not do anything.")
    if status.startswith("warning"):
        return _("A bank asks about order %(number)s"), _("No money has moved yet. Answer until %(day)s.")
    return _("Dispute over %(amount)s: answer until %(day)s"), _(
        "The bank has taken the money of order %(number)s until it is decided. Without an answer the customer keeps it."
    )


def _write_to_shopper(order: Order, refund: Refund) -> bool:
    tenant = current_tenant()
    with translation.override(order.language):

        def written(amount: int) -> str:
            return format_money(amount, order.currency, order.language)

        given = 0 if refund.state == RefundState.FAILED else refund.amount
        money = 0 if refund.as_credit else given
        titles = {line.pk: line for line in list_spoken_lines(order)}
        prefix = "" if order.language == tenant.language else f"/{order.language}"
        return send_mail(
            to=order.email,
            subject=_("%(amount)s of order %(number)s goes back to you")
            % {"amount": written(given + refund.credit_amount), "number": order.name},
            template="payments/email/refunded",
            context={
                "order": order,
                "amount": written(money) if money else "",
                "as_credit": refund.as_credit,
                "credit": [
                    {"last4": one.gift_card.last4 if one.gift_card else "", "amount": written(one.amount)}
                    for one in list_given_back(order.token, key=refund.idempotency_key)
                ],
                "why": refund.reason if refund.reason in BY_ITSELF else "",
                "method": refund.payment.method_label,
                "is_arranged": refund.payment.provider != STRIPE,
                "items": [
                    {
                        "title": titles[part.order_line_id].title,
                        "variant": titles[part.order_line_id].variant_title,
                        "count": part.quantity,
                        "total": written(part.amount),
                    }
                    for part in refund.lines.order_by("pk")
                ],
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"{prefix}/orders/{order.token}/"),
                "action_label": _("See your order"),
                "footer_note": _("Questions? Answer this mail."),
            },
            language=order.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )


def _write_to_merchant(order: Order, refund: Refund, template: str) -> bool:
    tenant = current_tenant()
    with translation.override(tenant.language):
        words = {"amount": format_money(refund.amount, order.currency, tenant.language), "number": order.name}
        failed = refund.state == RefundState.FAILED
        subject = _("Refund of %(amount)s for order %(number)s failed") if failed else _(
            "%(amount)s for order %(number)s went back by itself"
        )  # fmt: skip
        return send_mail(
            to=tenant.contact_email,
            subject=subject % words,
            template=template,
            context={
                "order": order,
                "amount": words["amount"],
                "why": refund.reason,
                "method": refund.payment.method_label,
                "message": refund.failure_message,
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"/dashboard/orders/{order.pk}/"),
                "action_label": _("Open the order"),
            },
            language=tenant.language,
            from_name=tenant.name,
            reply_to=order.email or None,
        )


def _once(order: Order, key: str, to: str, now: datetime, send: Callable[[], bool]) -> int:
    """Send in the transaction that writes down that it was sent; a second task waits for it, and then does nothing.

    Of a mail that the store does not send no line stays.
    """
    with transaction.atomic():
        facts = {"type": key.partition(":")[0], "actor": "system", "data": {"to": to}, "created_at": now}
        event, is_first = OrderEvent.objects.get_or_create(order=order, key=key, defaults=facts)
        has_left = is_first and send()
        if is_first and not has_left:
            event.delete()
    return int(has_left)
