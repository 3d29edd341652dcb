"""What goes back of an invoiced order is taken off its invoice, once for each refund."""

from datetime import datetime

from storefront.documents.services import GivenBack, issue_credit_note, reverse_credit_note
from storefront.orders.models import Order
from storefront.payments.models import Payment, PaymentState, Refund, RefundState

_ON_ITS_WAY = frozenset({RefundState.PENDING, RefundState.SUCCEEDED})


def write_credit_note(order: Order, payment: Payment, refund: Refund, *, before: RefundState, now: datetime) -> None:
    """Issue the credit note of a refund that leaves, and take back that of one that came back; the order is locked.

    Of money that failed at once only what gift cards and store credit had back is taken off. A payment that never counted
    for the order has no invoice, so what goes back of it has no note.
    """
    if payment.state != PaymentState.PAID or order.paid_at is None:
        return
    key = f"refund:{refund.idempotency_key}"
    if refund.state == RefundState.FAILED and before in _ON_ITS_WAY:
        reverse_credit_note(order=order, key=key, amount=refund.amount, actor=refund.actor, now=now)
        return
    back = _credit_alone(refund) if refund.state == RefundState.FAILED else _all_of(refund)
    if back.total > 0:
        issue_credit_note(order=order, key=key, back=back, actor=refund.actor, now=now)


def credit_earlier_refunds(*, order: Order, now: datetime) -> None:
    """Issue the notes of what went back before the order had an invoice; the order is locked."""
    refunds = Refund.objects.filter(payment__order=order).exclude(state=RefundState.INTENT)
    for refund in refunds.select_related("payment").order_by("pk"):
        write_credit_note(order, refund.payment, refund, before=RefundState.INTENT, now=now)


def _all_of(refund: Refund) -> GivenBack:
    lines = {line.order_line_id: (line.quantity, line.amount) for line in refund.lines.order_by("pk")}
    total = refund.amount + refund.credit_amount
    besides = total - refund.delivery_amount - sum(amount for _count, amount in lines.values())
    return GivenBack(
        lines=lines,
        delivery_amount=refund.delivery_amount,
        besides_amount=besides,
        ways={"as_credit" if refund.as_credit else "money": refund.amount, "credit": refund.credit_amount},
    )


def _credit_alone(refund: Refund) -> GivenBack:
    return GivenBack(besides_amount=refund.credit_amount, ways={"credit": refund.credit_amount})
