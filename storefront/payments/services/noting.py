"""What goes back of an invoiced order is taken off its invoice, once for each decision."""

from collections.abc import Sequence
from datetime import datetime

from storefront.documents.services import GivenBack, issue_credit_note, reverse_credit_note
from storefront.orders.models import Order
from storefront.payments.models import Payment, PaymentState, Refund, RefundState
from storefront.payments.selectors import list_decided

_ON_ITS_WAY = frozenset({RefundState.PENDING, RefundState.SUCCEEDED})


def write_credit_note(order: Order, payment: Payment, refund: Refund, *, before: RefundState, now: datetime) -> None:
    """Issue the credit note of a refund that leaves, and take back that of one that came back; the order is locked.

    What was decided at once and goes back through several payments is one note, issued when the last of it has left or failed.
    Of money that failed at once only what gift cards and store credit had back is taken off. A payment that never counted
    for the order has no invoice, so what goes back of it has no note.
    """
    if payment.state != PaymentState.PAID or order.paid_at is None:
        return
    lead = refund.part_of or refund
    key = f"refund:{lead.idempotency_key}"
    if refund.state == RefundState.FAILED and before in _ON_ITS_WAY:
        reverse_credit_note(order=order, key=key, amount=refund.amount, actor=refund.actor, now=now)
        return
    decided = [refund if one.pk == refund.pk else one for one in list_decided(lead)]
    if any(one.state == RefundState.INTENT for one in decided):
        return
    back = _all_of(decided)
    if back.total > 0:
        issue_credit_note(order=order, key=key, back=back, actor=refund.actor, now=now)


def credit_earlier_refunds(*, order: Order, now: datetime) -> None:
    """Issue the notes of what went back before the order had an invoice; the order is locked."""
    refunds = Refund.objects.filter(payment__order=order).exclude(state=RefundState.INTENT)
    for refund in refunds.select_related("payment").order_by("pk"):
        write_credit_note(order, refund.payment, refund, before=RefundState.INTENT, now=now)


def _all_of(refunds: Sequence[Refund]) -> GivenBack:
    """Return what was decided at once, the first of the refunds with its lines; as a sum where some money did not leave."""
    lead = refunds[0]
    money = sum(one.amount for one in refunds if one.state != RefundState.FAILED)
    total = money + lead.credit_amount
    ways = {"as_credit" if lead.as_credit else "money": money, "credit": lead.credit_amount}
    if any(one.state == RefundState.FAILED for one in refunds):
        return GivenBack(besides_amount=total, ways=ways)
    lines = {line.order_line_id: (line.quantity, line.amount) for line in lead.lines.order_by("pk")}
    besides = total - lead.delivery_amount - sum(amount for _count, amount in lines.values())
    return GivenBack(lines=lines, delivery_amount=lead.delivery_amount, besides_amount=besides, ways=ways)
