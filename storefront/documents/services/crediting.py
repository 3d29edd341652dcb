"""Issue credit notes: what is taken off an invoice when money goes back or an order is called off, each number once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from storefront.documents.content import Sold, credit_content, reversal_content
from storefront.documents.locks import lock_letterhead
from storefront.documents.models import CreditNote, Invoice
from storefront.documents.selectors import find_invoice, list_credit_notes
from storefront.documents.sold import DELIVERY, count_left, find_left, list_parts, splits_taxes
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.selectors import list_spoken_lines
from storefront.orders.services import note_event
from storefront.pricing.correcting import SoldPart, correct_sale


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What goes back of an order, in minor units with tax: units and amounts by line, delivery, and a sum besides.

    The sum besides is below zero where something is kept. `ways` says how much went back by `money`, to `credit` (gift cards
    and store credit that had paid), and `as_credit` (money that became store credit).
    """

    lines: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    delivery_amount: int = 0
    besides_amount: int = 0
    ways: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return what goes back in all."""
        return sum(amount for _count, amount in self.lines.values()) + self.delivery_amount + self.besides_amount


def issue_credit_note(*, order: Order, key: str, back: GivenBack, actor: str, now: datetime) -> CreditNote | None:
    """Issue the note of what went back of an order that is locked; None where it has no invoice that says so much.

    The same key again returns the same note. What the invoice does not say (it was taken off before) is not taken off
    again: the note is then of what is left, as a sum.
    """
    with transaction.atomic():
        invoice = find_invoice(order)
        known = CreditNote.objects.filter(key=key).first()
        if invoice is None or known is not None:
            return known
        notes, lines = list_credit_notes(order), list_spoken_lines(order)
        left = find_left(order, invoice, notes, is_split=splits_taxes(order, lines))
        if left.total <= 0:
            return None
        parts = list_parts(order, lines, notes)
        if back.total > left.total:
            back = GivenBack(besides_amount=left.total, ways=back.ways)
        if back.total == back.besides_amount == left.total:
            back = _spell_out(back, parts, count_left(lines, notes))
        amounts = {line_id: amount for line_id, (_count, amount) in back.lines.items()}
        amounts[DELIVERY] = back.delivery_amount
        correction = correct_sale(parts, amounts, besides=back.besides_amount, left=left)
        sold = Sold(order, invoice, lines, {line_id: count for line_id, (count, _amount) in back.lines.items()})
        content = credit_content(sold, correction, ways=back.ways)
        return _write(order, invoice, key=key, total=correction.total, content=content, actor=actor, now=now)


def reverse_credit_note(*, order: Order, key: str, amount: int, actor: str, now: datetime) -> CreditNote | None:
    """Take back so much of the note with this key, because it did not go back after all; None where there is no note.

    The order is locked. The same again returns the same reversal.
    """
    with transaction.atomic():
        note = CreditNote.objects.filter(key=key).select_related("invoice", "reversal").first()
        if note is None or not amount:
            return None
        known = CreditNote.objects.filter(reverses=note).first()
        if known is not None:
            return known
        amount = min(amount, note.total_amount)
        content = reversal_content(note, amount)
        return _write(
            order,
            note.invoice,
            key=f"{key}:failed",
            total=-amount,
            content=content,
            actor=actor,
            now=now,
            reverses=note,
        )


def credit_canceled(*, order_id: int, actor: str, now: datetime) -> CreditNote | None:
    """Take back all that is left of the invoice of an order that was called off before it was paid."""
    with transaction.atomic():
        order = lock_order(order_id)
        invoice = find_invoice(order)
        if order.paid_at is not None or invoice is None:
            return None  # What was paid and goes back has a note when it goes.
        back = GivenBack(besides_amount=invoice.total_amount)
        return issue_credit_note(order=order, key=f"canceled:{order.token}", back=back, actor=actor, now=now)


def _spell_out(back: GivenBack, parts: Sequence[SoldPart], counts: Mapping[int, int]) -> GivenBack:
    """Return a sum that is all that is left as the parts that are left, where they make that sum."""
    left = {part.key: part.paid - part.credited for part in parts}
    if sum(left.values()) != back.besides_amount or any(left[key] and not count for key, count in counts.items()):
        return back
    lines = {key: (count, left[key]) for key, count in counts.items() if count}
    return GivenBack(lines=lines, delivery_amount=left[DELIVERY], ways=back.ways)


def _write(
    order: Order,
    invoice: Invoice,
    *,
    key: str,
    total: int,
    content: dict[str, Any],
    actor: str,
    now: datetime,
    reverses: CreditNote | None = None,
) -> CreditNote:
    kept = lock_letterhead()
    note = CreditNote.objects.create(
        invoice=invoice,
        number=f"{kept.note_prefix}{kept.next_note_number}",
        key=key,
        reverses=reverses,
        total_amount=total,
        content=content,
        issued_at=now,
    )
    kept.next_note_number += 1
    kept.save(update_fields=["next_note_number"])
    data = {"number": note.number, "invoice": invoice.number}
    note_event(order=order, type="credit_note.issued", actor=actor, now=now, key=f"credit_note:{note.pk}", data=data)
    return note
