"""What shoppers say to reminders: yes or no at checkout, no by the link in a mail."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from storefront.customers.enums import ConsentKind
from storefront.customers.services import set_consent
from storefront.recovery.enums import Rule
from storefront.recovery.errors import ReminderNotFound
from storefront.recovery.models import AbandonedCart
from storefront.recovery.tokens import STOP, is_right, read_id


def open_stop(*, token: str) -> AbandonedCart:
    """Return the cart left behind whose mail has this link to stop; it never runs out.

    Raises: ReminderNotFound.
    """
    found = read_id(token)
    row = AbandonedCart.objects.select_related("customer").filter(pk=found).first() if found else None
    if row is None or not is_right(token, abandoned_id=row.pk, nonce=row.nonce, purpose=STOP):
        raise ReminderNotFound(
            _("This link is not right any more. You are on no list of ours, or it was taken back already.")
        )
    return row


def refuse_reminders(*, token: str, now: datetime) -> None:
    """Write into the ledger that whoever got this mail wants no other; twice writes once.

    Raises: ReminderNotFound.
    """
    row = open_stop(token=token)
    set_consent(
        customer_id=row.customer_id,
        kind=ConsentKind.REMINDERS,
        is_given=False,
        words=gettext("No reminders of my cart"),
        place="link",
        now=now,
    )


def answer_at_checkout(*, customer_id: int, rule: Rule, words: str, is_signed_in: bool, now: datetime) -> None:
    """Write what was ticked beside the e-mail at checkout: a yes by the rule of consent, a no by the other one.

    Who is not signed in as this customer may have typed somebody else's address: their yes undoes no earlier no.
    """
    set_consent(
        customer_id=customer_id,
        kind=ConsentKind.REMINDERS,
        is_given=rule == Rule.CONSENT,
        words=words,
        place="checkout",
        now=now,
        is_proven=is_signed_in,
    )
