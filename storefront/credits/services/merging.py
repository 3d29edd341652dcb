"""Two customers' credit becomes one: sums and ledger add up before and after."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.money import MAX_AMOUNT
from storefront.credits.enums import EntryKind
from storefront.credits.errors import CreditRefused
from storefront.credits.models import CreditEntry, StoreCredit, Tender


def merge_credits(*, stays_id: int, goes_id: int, actor: str, now: datetime) -> None:
    """Put what one customer has with the store to what the other has, by currency; the caller holds both.

    What the one has is taken off in a line of the ledger and put to the other in another; the lines before them follow.
    What it paid of orders is given back to the customer who stays.
    Raises: CreditRefused for more than a balance can hold.
    """
    kept = {each.currency: each for each in StoreCredit.objects.filter(customer_id=stays_id)}
    for credit in StoreCredit.objects.filter(customer_id=goes_id).order_by("pk"):
        target = kept.get(credit.currency)
        if target is None:
            StoreCredit.objects.filter(pk=credit.pk).update(customer_id=stays_id)
        else:
            _pour(credit, target, actor=actor, now=now)


def _pour(source: StoreCredit, target: StoreCredit, *, actor: str, now: datetime) -> None:
    amount = source.balance_amount
    after = target.balance_amount + amount
    if after > MAX_AMOUNT:
        raise CreditRefused(_("Together they have more than a balance can hold. Nothing was changed."))
    if amount:
        StoreCredit.objects.filter(pk=target.pk).update(balance_amount=F("balance_amount") + amount)
        for moved, balance in ((-amount, 0), (amount, after)):
            CreditEntry.objects.create(
                store_credit=target,
                kind=EntryKind.MERGED,
                amount=moved,
                balance_amount=balance,
                actor=actor,
                created_at=now,
            )
    CreditEntry.objects.filter(store_credit=source).update(store_credit=target)
    Tender.objects.filter(store_credit=source).update(store_credit=target)
    source.delete()
