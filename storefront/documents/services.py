"""Say who the merchant is on paper, and issue invoices: each number once, none left out."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from storefront.documents.content import invoice_content
from storefront.documents.errors import InvoiceRefused, LetterheadRefused
from storefront.documents.locks import lock_letterhead
from storefront.documents.models import Invoice, Letterhead
from storefront.documents.selectors import find_invoice, may_have_invoice
from storefront.orders.locks import lock_order
from storefront.orders.services import note_event

LARGEST = 10**12
_PREFIX = re.compile(r"[^\s\x00<>\"'&%?\\]{0,12}")
WORDS = ("legal_name", "address", "tax_id", "vat_id", "phone", "bank", "footer")


def save_letterhead(*, words: Mapping[str, str], prefix: str, next_number: int) -> Letterhead:
    """Say who the merchant is on papers from now on; invoices that were issued stay as they are.

    Raises: LetterheadRefused for a number that was given out already, or signs that no number has.
    """
    with transaction.atomic():
        kept = lock_letterhead()
        prefix = prefix.strip()
        if not _PREFIX.fullmatch(prefix) or prefix[-1:].isdigit():
            raise LetterheadRefused(
                _("Use up to 12 letters and signs like # or -, without spaces and without a digit at the end."),
                field="prefix",
            )
        least = max(kept.next_number if prefix == kept.prefix else 1, _last_number(prefix) + 1)
        if not least <= next_number < LARGEST:
            raise LetterheadRefused(
                _("The next number is %(number)s or more: those before it were given out.") % {"number": least},
                field="next_number",
            )
        for name in WORDS:
            setattr(kept, name, words.get(name, "").replace("\0", "").replace("\r\n", "\n").strip())
        kept.prefix, kept.next_number = prefix, next_number
        kept.save()
    return kept


def issue_invoice(*, order_id: int, actor: str, now: datetime) -> Invoice:
    """Return the order's invoice, issuing it with the next number if it has none; twice is one invoice.

    Raises: OrderNotFound, InvoiceRefused.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        invoice = find_invoice(order)
        if invoice is not None:
            return invoice
        if not may_have_invoice(order):
            raise InvoiceRefused(_("There is no invoice for an order that is not open, or that another shop sold."))
        kept = lock_letterhead()
        with translation.override(order.language):
            content: dict[str, Any] = invoice_content(order, kept)
        invoice = Invoice.objects.create(
            order=order,
            number=f"{kept.prefix}{kept.next_number}",
            language=order.language,
            currency=order.currency,
            total_amount=order.total_amount,
            content=content,
            issued_at=now,
        )
        kept.next_number += 1
        kept.save(update_fields=["next_number"])
        note_event(
            order=order, type="invoice.issued", actor=actor, now=now, key="invoice", data={"number": invoice.number}
        )
    return invoice


def _last_number(prefix: str) -> int:
    """Return the highest number that was given out with this prefix, or 0."""
    names = Invoice.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    digits = (name.removeprefix(prefix) for name in names.iterator())
    return max((int(text) for text in digits if text.isascii() and text.isdigit()), default=0)
