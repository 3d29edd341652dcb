"""What the customer gets for goods that came back: money, another version, or nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.outbox.services import enqueue
from storefront.orders.models import OrderLine
from storefront.orders.services import count_exchanged, note_event
from storefront.payments.models import Refund
from storefront.payments.selectors import get_refundable
from storefront.payments.services import RefundRequest, refund_order
from storefront.returns.enums import ReturnState
from storefront.returns.errors import ReturnRefused, ReturnStateRefused
from storefront.returns.locks import lock_return
from storefront.returns.models import Return
from storefront.returns.selectors import ReturnPage
from storefront.returns.services.answering import LONGEST_ANSWER
from storefront.returns.services.exchanging import place_exchange


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
        _must_be_here(found)
        asked = RefundRequest(
            counts=counts_to_refund(found),
            delivery_amount=delivery_amount,
            adjustment_amount=adjustment_amount,
            reason=reason or found.name,
            expected_amount=expected_amount,
            token=found.token,
        )
        found.refund = refund_order(order_id=found.order_id, asked=asked, actor=actor, now=now)
        _close(found, "closed", actor=actor, now=now)
        return found.refund


@tried_again
def exchange_return(*, return_id: int, versions: Mapping[int, int], actor: str, now: datetime) -> Return:
    """Send other versions for the units that are here, for nothing: an order of its own, open at once; close the return.

    `versions` has the variant that is sent instead by the id of the order's line. Units that were refunded by hand
    meanwhile are not sent again, and those that are sent are not refunded. Asked twice it is one order.
    Raises: ReturnNotFound, ReturnStateRefused, ReturnRefused for what is no version of the same product, for an order that
    was not paid and where nothing is left to give, InsufficientStock.
    """
    with transaction.atomic():
        found = lock_return(return_id)
        if found.exchange is not None:
            return found
        _must_be_here(found)
        if found.order.paid_at is None:
            raise ReturnRefused(
                _("This order is not paid, so nothing can be sent instead. Mark it as paid first, or close the return.")
            )
        counts = counts_to_refund(found)
        if not counts:
            raise ReturnRefused(_("All of it was given back already. Close the return instead. Nothing was sent."))
        lines = list(found.lines.select_related("order_line").order_by("pk"))
        page = ReturnPage(found, lines)
        found.exchange = place_exchange(page=page, counts=counts, versions=versions, actor=actor, now=now)
        count_exchanged(counts)
        _close(found, "exchanged", actor=actor, now=now)
        return found


@tried_again
def close_return(*, return_id: int, words: str, actor: str, now: datetime) -> Return:
    """End a return whose goods are here without giving anything; with words the customer hears why.

    Raises: ReturnNotFound, ReturnStateRefused.
    """
    with transaction.atomic():
        found = lock_return(return_id)
        _must_be_here(found)
        found.answer = words.strip()[:LONGEST_ANSWER]
        _close(found, "closed", actor=actor, now=now)
        if found.answer:
            enqueue(task="storefront.returns.tell_return", kwargs={"return_id": found.pk, "state": "closed"})
    return found


def free_exchange(*, order_id: int, actor: str, now: datetime) -> None:
    """Let a return wait for money or something else again, where the order that was sent instead of its goods is called off."""
    return_id = Return.objects.filter(exchange_id=order_id).values_list("pk", flat=True).first()
    if return_id is None:
        return
    found = lock_return(return_id)
    sent = list(OrderLine.objects.filter(order_id=order_id).order_by("pk").values_list("product_id", "quantity"))
    count_exchanged({pk: -count for pk, count in _exchanged(found, sent).items()})
    found.exchange, found.state, found.closed_at = None, ReturnState.RECEIVED, None
    found.save(update_fields=["exchange", "state", "closed_at"])
    note_event(order=found.order, type="return.freed", actor=actor, now=now, data={"number": found.name})


def _exchanged(found: Return, sent: list[tuple[int | None, int]]) -> dict[int, int]:
    """Return how many units of each line of a return were exchanged for these (product, count), which are in the lines' order."""
    counts, left = {}, list(sent)
    for line in found.lines.select_related("order_line").order_by("pk"):
        if left and line.order_line.product_id == left[0][0] and left[0][1] <= (line.received_count or 0):
            counts[line.order_line_id] = min(left.pop(0)[1], line.order_line.exchanged_count)
    return counts


def counts_to_refund(found: Return) -> dict[int, int]:
    """Return how many units of each line are here and were neither refunded nor exchanged yet."""
    left = {one.paid.key: one.paid.left for one in get_refundable(found.order).lines}
    here = found.lines.exclude(received_count=None).values_list("order_line_id", "received_count")
    counts = {pk: min(count or 0, left.get(pk, 0)) for pk, count in here}
    return {pk: count for pk, count in counts.items() if count}


def _must_be_here(found: Return) -> None:
    if found.state != ReturnState.RECEIVED:
        raise ReturnStateRefused(_("This return is not waiting for that any more. Nothing was changed."))


def _close(found: Return, how: str, *, actor: str, now: datetime) -> None:
    found.state, found.closed_at = ReturnState.CLOSED, now
    found.save(update_fields=["state", "closed_at", "answer", "refund", "exchange"])
    note_event(order=found.order, type=f"return.{how}", actor=actor, now=now, data={"number": found.name})
