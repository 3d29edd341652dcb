"""Remember which addresses mails come back from, until somebody says otherwise."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storefront.notifications.errors import AddressNotFound, MailRefused
from storefront.notifications.models import ReturnReason, UnreachableAddress


def note_unreachable(*, email: str, reason: ReturnReason, words: str, now: datetime) -> None:
    """Remember that mails to an address do not arrive; a complaint stays a complaint."""
    facts = {"reason": reason, "words": words[:200], "seen_at": now}
    found, is_new = UnreachableAddress.objects.get_or_create(email=email.strip().lower(), defaults=facts)
    if not is_new:
        if found.reason == ReturnReason.COMPLAINED:
            facts["reason"] = found.reason
        UnreachableAddress.objects.filter(pk=found.pk).update(**facts)


def forget_address(*, email: str) -> int:
    """Forget what was known against an address, and return how many rows that were."""
    return UnreachableAddress.objects.filter(email=email.strip().lower()).delete()[0]


def try_again(*, pk: int) -> str:
    """Write to an address again whose mails came back, and return it.

    Raises: AddressNotFound; MailRefused for one whose owner complained, because only they can say otherwise.
    """
    found = UnreachableAddress.objects.filter(pk=pk).first()
    if found is None:
        raise AddressNotFound(_("There is no such address in this list."))
    if found.reason == ReturnReason.COMPLAINED:
        raise MailRefused(_("Whoever has this address called a mail spam. Nothing was changed."))
    found.delete()
    return found.email
