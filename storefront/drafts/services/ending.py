"""Drafts end: called off, or when their time is over; and begin again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.outbox.services import enqueue
from storefront.drafts.enums import RUNNING, DraftState
from storefront.drafts.errors import DraftClosed
from storefront.drafts.locks import lock_draft
from storefront.drafts.models import Draft
from storefront.drafts.selectors import find_pending_order, get_draft
from storefront.drafts.services.closing import check_running, close_pages
from storefront.drafts.services.saving import DAYS, touch
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import cancel_order
from storefront.payments.services import give_up

# The timeline and the mail say it in the reader's language.
REASON = "reason:draft"


def cancel_draft(*, draft_id: int, actor: str, now: datetime) -> Draft:
    """Call a draft off: its link says so, and money that still comes goes back.

    Raises: DraftNotFound, DraftClosed, DraftRefused.
    """
    close_pages(get_draft(draft_id), now=now)
    return _cancel(draft_id, actor=actor, now=now)


@tried_again
def _cancel(draft_id: int, *, actor: str, now: datetime) -> Draft:
    with transaction.atomic():
        cart, draft = lock_draft(draft_id)
        check_running(cart, draft)
        draft.state, draft.ended_at, draft.ended_by, draft.updated_at = DraftState.CANCELED, now, actor, now
        draft.save(update_fields=["state", "ended_at", "ended_by", "updated_at"])
        touch(draft, now=now)
        order = find_pending_order(cart)
        if order is not None:
            give_up(order=order, actor=actor, now=now)
    return draft


def extend_draft(*, draft_id: int, days: int, actor: str, now: datetime) -> Draft:
    """Keep a draft for so many days from now on, at the prices that it has; one that is over begins again.

    Raises: DraftNotFound, DraftClosed for one that has become an order.
    """
    with transaction.atomic():
        cart, draft = lock_draft(draft_id)
        if draft.state == DraftState.COMPLETED or cart.ordered_at is not None:
            raise DraftClosed(_("This draft has become an order. Nothing was changed."))
        draft.state = DraftState.SENT if draft.sent_at else DraftState.OPEN
        draft.expires_at = now + timedelta(days=days if days in DAYS else DAYS[0])
        draft.ended_at, draft.ended_by, draft.updated_at = None, "", now
        draft.save(update_fields=["state", "expires_at", "ended_at", "ended_by", "updated_at"])
        touch(draft, now=now)
    return draft


def close_expired(*, now: datetime, limit: int = 500) -> int:
    """Close drafts whose time is over, and return how many. Whoever is paying one this moment may finish."""
    due = Draft.objects.filter(state__in=RUNNING, expires_at__lte=now).order_by("expires_at", "pk")
    closed = 0
    for draft_id in list(due.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            _cart, draft = lock_draft(draft_id)
            if draft.state in RUNNING and draft.expires_at <= now:
                Draft.objects.filter(pk=draft.pk).update(state=DraftState.EXPIRED, ended_at=now, updated_at=now)
                closed += 1
    return closed


def complete_draft(*, order_id: int, now: datetime) -> None:
    """Note what order a draft has become; one that comes of it besides, or too late, is called off and its money goes back.

    Call it in the transaction that makes the order real.
    """
    placed = OrderEvent.objects.filter(order_id=order_id, key="placed").first()
    draft_id = placed.data.get("draft_id") if placed else None
    draft = Draft.objects.select_for_update(of=("self",)).filter(pk=draft_id or 0).first()
    if draft is None or draft.order_id == order_id:
        return
    if draft.state in (DraftState.COMPLETED, DraftState.CANCELED):
        enqueue(task="storefront.drafts.call_off_second", kwargs={"order_id": order_id})
        return
    draft.state, draft.order_id, draft.ended_at, draft.updated_at = DraftState.COMPLETED, order_id, now, now
    draft.save(update_fields=["state", "order", "ended_at", "updated_at"])
    if draft.note:
        Order.objects.filter(pk=order_id, staff_note="").update(staff_note=draft.note)


def call_off_second(*, order_id: int, now: datetime) -> bool:
    """Cancel an order that came of a draft too late, give its money back and tell its customer; twice changes nothing."""
    order = Order.objects.filter(pk=order_id, status=OrderStatus.OPEN).first()
    if order is None:
        return False
    cancel_order(order_id=order.pk, reason=REASON, actor="system", now=now, refund=True, notify=True)
    return True
