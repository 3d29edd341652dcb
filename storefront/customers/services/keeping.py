"""What a merchant keeps of customers for themselves: tags, a note that stands, and lines in their history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.notes import LONGEST_NOTE
from core.tags import change_tags, read_tags, tell_change
from storefront.customers.errors import NoteRefused
from storefront.customers.locks import lock_customer, lock_customers
from storefront.customers.models import Customer, CustomerEvent

MOST_AT_ONCE = 1000


def tag_customers(*, customer_ids: Iterable[int], add: str = "", remove: str = "", actor: str, now: datetime) -> int:
    """Put tags on customers and take others off; return how many customers were changed.

    Raises: TagsRefused.
    """
    new, gone = read_tags(add), read_tags(remove)
    changed, events = [], []
    with transaction.atomic():
        for customer in lock_customers(customer_ids, limit=MOST_AT_ONCE):
            name = customer.name or customer.email
            tags = change_tags(customer.tags, add=new, remove=gone, name=name)
            if tags == customer.tags:
                continue
            events.append(_event(customer, "customer.tagged", actor, now, tell_change(customer.tags, tags)))
            customer.tags = tags
            changed.append(customer)
        Customer.objects.bulk_update(changed, ["tags"])
        CustomerEvent.objects.bulk_create(events)
    return len(changed)


def keep_words(*, customer_id: int, note: str, tags: str, actor: str, now: datetime) -> Customer:
    """Write what the people who work here should know of a customer, and their tags, instead of what was there.

    Raises: CustomerNotFound, NoteRefused, TagsRefused.
    """
    wanted, note = read_tags(tags), _clean_note(note, field="note")
    with transaction.atomic():
        customer = lock_customer(customer_id)
        events = []
        if wanted != customer.tags:
            events.append(_event(customer, "customer.tagged", actor, now, tell_change(customer.tags, wanted)))
        if note != customer.note:
            events.append(_event(customer, "customer.note_changed", actor, now, {}))
        if events:
            customer.tags, customer.note = wanted, note
            customer.save(update_fields=["tags", "note"])
            CustomerEvent.objects.bulk_create(events)
    return customer


def add_note(*, customer_id: int, text: str, actor: str, now: datetime) -> None:
    """Write a note for colleagues into a customer's history.

    Raises: CustomerNotFound, NoteRefused for an empty or endless one.
    """
    text = _clean_note(text, field="text")
    if not text:
        raise NoteRefused(_("Write something first."), field="text")
    with transaction.atomic():
        _event(lock_customer(customer_id), "note.added", actor, now, {"text": text}).save()


def _clean_note(text: str, *, field: str) -> str:
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST_NOTE:
        raise NoteRefused(_("A note has %(most)s characters at most.") % {"most": LONGEST_NOTE}, field=field)
    return text


def _event(customer: Customer, kind: str, actor: str, now: datetime, data: Mapping[str, Any]) -> CustomerEvent:
    return CustomerEvent(customer=customer, type=kind, actor=actor, data=dict(data), created_at=now)
