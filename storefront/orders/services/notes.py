"""What the people who work here write into an order's timeline."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.notes import LONGEST_NOTE
from storefront.orders.errors import NoteRefused
from storefront.orders.locks import lock_order
from storefront.orders.services.paying import note_event


def add_note(*, order_id: int, text: str, actor: str, now: datetime) -> None:
    """Write a note for colleagues into the order's timeline.

    Raises: OrderNotFound, NoteRefused for an empty or endless one.
    """
    text = text.strip()
    if not text:
        raise NoteRefused(_("Write something first."), field="text")
    if len(text) > LONGEST_NOTE:
        raise NoteRefused(_("A note has %(most)s characters at most.") % {"most": LONGEST_NOTE}, field="text")
    with transaction.atomic():
        note_event(order=lock_order(order_id), type="note.added", actor=actor, now=now, data={"text": text})
