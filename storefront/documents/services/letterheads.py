"""Say who the merchant is on paper, and which numbers papers have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storefront.documents.errors import LetterheadRefused
from storefront.documents.locks import lock_letterhead
from storefront.documents.models import CreditNote, Invoice, Letterhead

LARGEST = 10**12
_PREFIX = re.compile(r"[^\s\x00<>\"'&%?\\]{0,12}")
WORDS = ("legal_name", "address", "tax_id", "vat_id", "phone", "bank", "footer")


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers to come: what stands before them, and the next one."""

    prefix: str
    next_number: int


def save_letterhead(*, words: Mapping[str, str], invoices: Series, notes: Series) -> Letterhead:
    """Say who the merchant is on papers from now on; papers that were issued stay as they are.

    Raises: LetterheadRefused for a number that was given out already, signs that no number has, and two series that
    would give out the same numbers.
    """
    with transaction.atomic():
        kept = lock_letterhead()
        invoices = _check(
            invoices, Series(kept.prefix, kept.next_number), Invoice.objects.all(), ("prefix", "next_number")
        )
        notes = _check(
            notes,
            Series(kept.note_prefix, kept.next_note_number),
            CreditNote.objects.all(),
            ("note_prefix", "next_note_number"),
        )
        if invoices.prefix == notes.prefix:
            raise LetterheadRefused(
                _("Credit notes need another beginning than invoices, so that no two papers have one number."),
                field="note_prefix",
            )
        for name in WORDS:
            setattr(kept, name, words.get(name, "").replace("\0", "").replace("\r\n", "\n").strip())
        kept.prefix, kept.next_number = invoices.prefix, invoices.next_number
        kept.note_prefix, kept.next_note_number = notes.prefix, notes.next_number
        kept.save()
    return kept


def _check(
    asked: Series, kept: Series, issued: "QuerySet[Invoice] | QuerySet[CreditNote]", fields: tuple[str, str]
) -> Series:
    prefix = asked.prefix.strip()
    if not _PREFIX.fullmatch(prefix) or prefix[-1:].isdigit():
        raise LetterheadRefused(
            _("Use up to 12 letters and signs like # or -, without spaces and without a digit at the end."),
            field=fields[0],
        )
    least = max(kept.next_number if prefix == kept.prefix else 1, _last_number(issued, prefix) + 1)
    if not least <= asked.next_number < LARGEST:
        raise LetterheadRefused(
            _("The next number is %(number)s or more: those before it were given out.") % {"number": least},
            field=fields[1],
        )
    return Series(prefix, asked.next_number)


def _last_number(issued: "QuerySet[Invoice] | QuerySet[CreditNote]", prefix: str) -> int:
    """Return the highest number that was given out with this prefix, or 0."""
    names = issued.filter(number__startswith=prefix).values_list("number", flat=True)
    digits = (name.removeprefix(prefix) for name in names.iterator())
    return max((int(text) for text in digits if text.isascii() and text.isdigit()), default=0)
