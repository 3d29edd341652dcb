"""What a merchant changes about the ways to pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.payments.errors import WayRefused
from storefront.payments.models import WayKind, WayToPay

LENGTHS = {"title": 80, "text": 200, "instructions": 2000}
MOST_DAYS = 90


@dataclass(frozen=True, slots=True)
class WayDraft:
    """A way to pay as a merchant wants it; `translations` has title, text and instructions by language."""

    is_on: bool
    title: str = ""
    text: str = ""
    instructions: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    days_to_pay: int | None = None
    most_amount: int | None = None
    countries: Sequence[str] = ()


def save_way(*, kind: str, draft: WayDraft) -> WayToPay:
    """Change a way to pay; orders that were placed with it keep their time to pay.

    Raises: WayRefused for a bank transfer that is on and says no account, and for numbers out of bounds.
    """
    words = {name: _tidy(name, getattr(draft, name)) for name in LENGTHS}
    if kind == WayKind.BANK_TRANSFER and draft.is_on and not words["instructions"]:
        raise WayRefused(_("Write the account that the money is to go to."), field="instructions")
    if draft.days_to_pay is not None and not 1 <= draft.days_to_pay <= MOST_DAYS:
        raise WayRefused(_("Write a number of days from 1 to 90, or leave it empty."), field="days_to_pay")
    if draft.most_amount is not None and draft.most_amount <= 0:
        raise WayRefused(_("Write an amount above 0, or leave it empty."), field="most_amount")
    said = {
        language: {name: _tidy(name, text) for name, text in texts.items() if name in LENGTHS and text.strip()}
        for language, texts in draft.translations.items()
    }
    values = {
        **words,
        "is_on": draft.is_on,
        "translations": {language: texts for language, texts in said.items() if texts},
        "days_to_pay": draft.days_to_pay if kind == WayKind.BANK_TRANSFER else None,
        "most_amount": draft.most_amount if kind == WayKind.CASH_ON_DELIVERY else None,
        "countries": list(draft.countries) if kind == WayKind.CASH_ON_DELIVERY else [],
    }
    with transaction.atomic():
        row, _made = WayToPay.objects.update_or_create(kind=kind, defaults=values)
    return row


def _tidy(name: str, text: str) -> str:
    """Return a text without signs that cannot be read; instructions keep their lines."""
    lines = text.splitlines() if name == "instructions" else [" ".join(text.split())]
    clean = ("".join(sign for sign in line if sign.isprintable()).rstrip() for line in lines)
    return "\n".join(clean).strip()[: LENGTHS[name]]
