"""Ask whether a VAT number is in force, and keep the answer as evidence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.vat.register import VatState, get_register
from storefront.taxes.models import VatCheck
from storefront.taxes.vat_ids import clean_vat_id, split_vat_id

FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VatVerdict:
    """A number as registers write it, what the register says of it, and whose it is where that was told."""

    vat_id: str
    state: VatState
    name: str = ""


def check_vat_id(*, text: str, country: str, now: datetime) -> VatVerdict:
    """Check a number's spelling, then ask the register unless it answered within a day; never within a transaction.

    Raises: VatIdRefused for a number that is spelled wrong.
    """
    vat_id = clean_vat_id(text, country=country)
    known = VatCheck.objects.filter(vat_id=vat_id).first()
    if known is not None and known.state != VatState.UNKNOWN and known.checked_at > now - FRESH:
        return VatVerdict(vat_id, VatState(known.state), known.name)
    letters, number = split_vat_id(vat_id)
    answer = get_register().ask(country=letters, number=number)
    VatCheck.objects.update_or_create(
        vat_id=vat_id,
        defaults={
            "state": answer.state.value,
            "name": answer.name,
            "reference": answer.reference,
            "checked_at": now,
        },
    )
    return VatVerdict(vat_id, answer.state, answer.name)
