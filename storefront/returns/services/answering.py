"""The merchant says yes or no to a return; whoever asked may call it off until the goods are here."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.outbox.services import enqueue
from storefront.orders.services import count_returned, note_event
from storefront.returns.enums import ReturnState
from storefront.returns.errors import ReturnRefused, ReturnStateRefused
from storefront.returns.locks import lock_return
from storefront.returns.models import Return
from storefront.returns.services.asking import SHOPPER
from storefront.returns.services.labels import drop_file, keep_label

LONGEST_ANSWER = 2000


def approve_return(
    *, return_id: int, words: str, label: Any = None, label_url: str, actor: str, now: datetime
) -> Return:
    """Let goods come back, and tell the customer how: by words, with a label as a file or as a link.

    Raises: ReturnNotFound; ReturnStateRefused once it was answered; ReturnRefused where nothing says how, and for a file
    that is no label; StorageFull.
    """
    words = words.strip()[:LONGEST_ANSWER]
    if not (words or label or label_url):
        raise ReturnRefused(_("Say how and where to send it, or add a label."), field="words")
    path = keep_label(label) if label else ""
    try:
        return _approve(return_id, words, path, label_url, actor=actor, now=now)
    except Exception:
        drop_file(path)
        raise


@tried_again
def refuse_return(*, return_id: int, words: str, actor: str, now: datetime) -> Return:
    """Say no, with the reason that the customer reads; what was asked for can be asked for again.

    Raises: ReturnNotFound, ReturnStateRefused once it was answered, ReturnRefused without words.
    """
    words = words.strip()[:LONGEST_ANSWER]
    if not words:
        raise ReturnRefused(_("Tell the customer why."), field="words")
    with transaction.atomic():
        found = _answer(return_id, ReturnState.REFUSED, words, actor=actor, now=now)
        _let_go(found)
    return found


@tried_again
def call_off_return(*, return_id: int, actor: str, now: datetime) -> Return:
    """End a return of which nothing has come; what the merchant calls off the customer hears of. Twice changes nothing.

    Raises: ReturnNotFound, ReturnStateRefused once the goods are here or it is closed.
    """
    with transaction.atomic():
        found = lock_return(return_id)
        if found.state == ReturnState.CANCELED:
            return found
        if found.state not in (ReturnState.ASKED, ReturnState.APPROVED):
            raise ReturnStateRefused(_("This return is further on already. Nothing was changed."))
        _move(found, ReturnState.CANCELED, actor=actor, now=now, tells=actor != SHOPPER)
        found.closed_at = now
        found.save(update_fields=["state", "closed_at"])
        _let_go(found)
    return found


@tried_again
def _approve(return_id: int, words: str, path: str, label_url: str, *, actor: str, now: datetime) -> Return:
    with transaction.atomic():
        found = _answer(return_id, ReturnState.APPROVED, words, actor=actor, now=now)
        found.label_path, found.label_url = path, label_url
        found.save(update_fields=["label_path", "label_url"])
    return found


def _answer(return_id: int, state: ReturnState, words: str, *, actor: str, now: datetime) -> Return:
    found = lock_return(return_id)
    if found.state != ReturnState.ASKED:
        raise ReturnStateRefused(_("This return was answered already. Nothing was changed."))
    found.answer, found.answered_at = words, now
    found.closed_at = now if state == ReturnState.REFUSED else None
    _move(found, state, actor=actor, now=now, tells=True)
    found.save(update_fields=["state", "answer", "answered_at", "closed_at"])
    return found


def _move(found: Return, state: ReturnState, *, actor: str, now: datetime, tells: bool) -> None:
    found.state = state
    note_event(
        order=found.order,
        type=f"return.{state}",
        actor=actor,
        now=now,
        key=f"return:{found.pk}:{state}",
        data={"number": found.name},
    )
    if tells:
        enqueue(task="storefront.returns.tell_return", kwargs={"return_id": found.pk, "state": str(state)})


def _let_go(found: Return) -> None:
    """Count what does not come back after all as staying."""
    counts = {pk: -quantity for pk, quantity in found.lines.values_list("order_line_id", "quantity")}
    count_returned(order=found.order, counts=counts)
