"""Mails about money, each sent once: the order's timeline remembers them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils import translation
from django.utils.formats import date_format as format_date
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.credits.selectors import list_given_back
from storefront.orders.days import write_day
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.models import Order
from storefront.orders.selectors import list_spoken_lines
from storefront.orders.services.writing import mail_once, write_to_shopper
from storefront.payments.models import Dispute, DisputeStatus, Payment, PaymentState, Refund, RefundState
from storefront.payments.selectors import STRIPE, find_words, list_decided
from storefront.payments.selectors.disputes import ANY_REASON, REASONS
from storefront.payments.services.completing import ADDED_SOLD_OUT, CALLED_OFF
from tenants.selectors import store_url

# Why money went back by itself.
SOLD_OUT, DUPLICATE = "sold_out", "duplicate"
TRANSFER_DUE_KEY = "mail.transfer_due"
BY_ITSELF = frozenset({SOLD_OUT, DUPLICATE, CALLED_OFF, ADDED_SOLD_OUT})


def mail_refunded(*, refund_id: int, now: datetime) -> int:
    """Tell the shopper what goes back where, and the merchant where nobody decided it; return how many mails left.

    What was decided at once and goes back through several payments is one mail, when all of it has left or failed; of what
    could not be given back it tells what cards and credit have back.
    """
    refund = Refund.objects.select_related("payment__order", "part_of__payment__order").get(pk=refund_id)
    lead = refund.part_of or refund
    order, gone = lead.payment.order, list_decided(lead)
    if len(gone) > 1 and any(one.state == RefundState.INTENT for one in gone):
        return 0
    sent = 0
    if order.email and (lead.credit_amount or any(one.state != RefundState.FAILED for one in gone)):
        key = f"mail.refunded:{lead.pk}"
        sent += mail_once(order, key=key, to=order.email, now=now, send=lambda: _write_refunded(order, gone))
    if refund.reason in BY_ITSELF and (refund.state != RefundState.FAILED or refund.credit_amount):
        to = current_tenant().contact_email
        key = f"mail.refund_notice:{refund.pk}"
        send = partial(_write_to_merchant, order, refund, "payments/email/returned")
        sent += mail_once(order, key=key, to=to, now=now, send=send)
    return sent


def mail_refund_failed(*, refund_id: int, now: datetime) -> int:
    """Tell the merchant that money could not be given back and lies with them; return how many mails left."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    order, to = refund.payment.order, current_tenant().contact_email
    key = f"mail.refund_failed:{refund.pk}"
    return mail_once(
        order, key=key, to=to, now=now, send=lambda: _write_to_merchant(order, refund, "payments/email/refund_failed")
    )


def mail_transfer_due(*, payment_id: int, now: datetime) -> int:
    """Remind the shopper, once, of a bank transfer that is still to come, with account, sum and last day; return how many left."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    order = payment.order
    if payment.state != PaymentState.WAITING or order.paid_at is not None or order.status != OrderStatus.OPEN:
        return 0
    return mail_once(
        order, key=TRANSFER_DUE_KEY, to=order.email, now=now, send=lambda: _write_transfer_due(order, payment)
    )


def mail_money_arrived(*, order_id: int, now: datetime) -> int:
    """Tell the shopper, once, that the merchant has seen their money arrive; return how many mails left."""
    order = Order.objects.get(pk=order_id)
    if not order.email or order.paid_at is None or order.status != OrderStatus.OPEN:
        return 0
    return mail_once(order, key="mail.money_arrived", to=order.email, now=now, send=lambda: _write_money_arrived(order))


def mail_dispute(*, dispute_pk: int, status: str, now: datetime) -> int:
    """Tell the merchant that a dispute began or how it ended; return how many mails left."""
    dispute = Dispute.objects.select_related("payment__order").get(pk=dispute_pk)
    order, to = dispute.payment.order, current_tenant().contact_email
    key = f"mail.dispute:{dispute.pk}:{status}"
    return mail_once(order, key=key, to=to, now=now, send=lambda: _write_about_dispute(order, dispute))


def _write_transfer_due(order: Order, payment: Payment) -> bool:
    with translation.override(order.language):
        words = find_words(payment.method_type)
        return write_to_shopper(
            order,
            subject=_("Order %(number)s still waits for your transfer") % {"number": order.name},
            template="payments/email/transfer_due",
            context={
                "to_pay": format_money(payment.amount, order.currency, order.language),
                "pay_until": write_day(payment.due_at) if payment.due_at else "",
                "arranged": {"title": words.title if words else payment.method_label, "is_cash": False},
                "instructions": words.instructions.splitlines() if words else [],
            },
        )


def _write_money_arrived(order: Order) -> bool:
    with translation.override(order.language):
        return write_to_shopper(
            order,
            subject=_("Your money for order %(number)s is here") % {"number": order.name},
            template="payments/email/money_arrived",
            context={
                "amount": format_money(order.due_amount, order.currency, order.language),
                "is_done": order.fulfillment_status == FulfillmentStatus.FULFILLED,
            },
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


def _write_refunded(order: Order, refunds: Sequence[Refund]) -> bool:
    """Write of what was decided at once; the first of the refunds holds lines and credit."""
    lead = refunds[0]
    with translation.override(order.language):

        def written(amount: int) -> str:
            return format_money(amount, order.currency, order.language)

        given = [one for one in refunds if one.state != RefundState.FAILED and one.amount]
        money = [] if lead.as_credit else given
        titles = {line.pk: line for line in list_spoken_lines(order)}
        is_whole = len(refunds) == 1 or all(one.state != RefundState.FAILED for one in refunds)
        return write_to_shopper(
            order,
            subject=_("%(amount)s of order %(number)s goes back to you")
            % {"amount": written(sum(one.amount for one in given) + lead.credit_amount), "number": order.name},
            template="payments/email/refunded",
            context={
                "money": [
                    {
                        "amount": written(one.amount),
                        "method": one.payment.method_label,
                        "is_arranged": one.payment.provider != STRIPE,
                    }
                    for one in money
                ],
                "as_credit": lead.as_credit,
                "credit": [{"last4": last4, "amount": written(amount)} for last4, amount in _credit(order, refunds)],
                "why": lead.reason if lead.reason in BY_ITSELF else "",
                "items": [
                    {
                        "title": titles[part.order_line_id].title,
                        "variant": titles[part.order_line_id].variant_title,
                        "count": part.quantity,
                        "total": written(part.amount),
                    }
                    for part in (lead.lines.order_by("pk") if is_whole else ())
                ],
            },
        )


def _credit(order: Order, refunds: Sequence[Refund]) -> list[tuple[str, int]]:
    """Return what cards and credit have back, by the cards' last digits; money that became credit is the last, as one sum."""
    found = [
        [
            (one.gift_card.last4 if one.gift_card else "", one.amount)
            for one in list_given_back(order.token, key=refund.idempotency_key)
        ]
        for refund in refunds
    ]
    first, further = found[0], sum(amount for rows in found[1:] for _last4, amount in rows)
    return [*first[:-1], (first[-1][0], first[-1][1] + further)] if first else first


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
