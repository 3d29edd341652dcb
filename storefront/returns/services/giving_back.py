"""What the customer gets for goods that came back, unless something else is sent: money, or nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.outbox.services import enqueue
from storefront.orders.services import note_event
from storefront.payments.models import Refund
from storefront.payments.selectors import get_refundable
from storefront.payments.services import RefundRequest, refund_order
from storefront.returns.enums import ReturnState
from storefront.returns.errors import ReturnStateRefused
from storefront.returns.locks import lock_return
from storefront.returns.models import Return
from storefront.returns.services.answering import LONGEST_ANSWER


@tried_again
def refund_return(
    *,
    return_id: int,
    delivery_amount: int,
    adjustment_amount: int,
    expected_amount: int | None,
    reason: str = "",
    actor: str,
    now: datetime,
) -> Refund:
    """Write down what is given back for the units that are here, as the refund of their lines, and close the return.

    Units that were refunded by hand meanwhile count no second time. The money leaves after the commit (`send_refund`).
    Asked twice it is the same refund.
    Raises: ReturnNotFound, ReturnStateRefused, RefundRefused, RefundChanged where it comes to another sum than was seen.
    """
    with transaction.atomic():
        found = lock_return(return_id)
        if found.refund is not None:
            return found.refund
        must_be_here(found)
        asked = RefundRequest(
            counts=counts_to_refund(found),
            delivery_amount=delivery_amount,
            adjustment_amount=adjustment_amount,
            reason=reason or found.name,
            expected_amount=expected_amount,
            token=found.token,
        )
        found.refund = refund_order(order_id=found.order_id, asked=asked, actor=actor, now=now)
        end_return(found, "closed", actor=actor, now=now)
        return found.refund


@tried_again
def close_return(*, return_id: int, words: str, actor: str, now: datetime) -> Return:
    """End a return whose goods are here without giving anything; with words the customer hears why.

    Raises: ReturnNotFound, ReturnStateRefused.
    """
    with transaction.atomic():
        found = lock_return(return_id)
        must_be_here(found)
        found.answer = words.strip()[:LONGEST_ANSWER]
        end_return(found, "closed", actor=actor, now=now)
        if found.answer:
            enqueue(task="storefront.returns.tell_return", kwargs={"return_id": found.pk, "state": "closed"})
    return found


def counts_to_refund(found: Return) -> dict[int, int]:
    """Return how many units of each line are here and were neither refunded nor exchanged yet."""
    left = {one.paid.key: one.paid.left for one in get_refundable(found.order).lines}
    here = found.lines.exclude(received_count=None).values_list("order_line_id", "received_count")
    counts = {pk: min(count or 0, left.get(pk, 0)) for pk, count in here}
    return {pk: count for pk, count in counts.items() if count}


def must_be_here(found: Return) -> None:
    """Refuse a return whose goods are not here, or were given something for; its row is locked.

    Raises: ReturnStateRefused.
    """
    if found.state != ReturnState.RECEIVED:
        raise ReturnStateRefused(_("This return is not waiting for that any more. Nothing was changed."))


def end_return(
    found: Return, how: str, *, actor: str, now: datetime, data: Mapping[str, str | int] | None = None
) -> None:
    """Close a return that is locked, and say on the order's timeline how and with what."""
    found.state, found.closed_at = ReturnState.CLOSED, now
    found.save(update_fields=["state", "closed_at", "answer", "refund", "exchange", "rest_amount"])
    said = {"number": found.name, **(data or {})}
    note_event(order=found.order, type=f"return.{how}", actor=actor, now=now, data=said)
