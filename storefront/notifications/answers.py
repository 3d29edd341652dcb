"""What notifications do when a mail comes back, and when a customer asks for their data or leaves."""

from core.tenancy import current_tenant
from integrations.mail.events import MailReturned
from storefront.content.services.newsletter import take_back
from storefront.customers.enums import ConsentKind
from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.customers.models import Customer
from storefront.customers.services import set_consent
from storefront.notifications.models import ReturnReason
from storefront.notifications.selectors import find_unreachable
from storefront.notifications.services import forget_address, note_unreachable


def note_returned(event: MailReturned) -> None:
    """Remember that mails to an address do not arrive; who calls one spam wants no letter and no reminder either."""
    reason = ReturnReason.COMPLAINED if event.is_complaint else ReturnReason.BOUNCED
    note_unreachable(email=event.email, reason=reason, words=event.words, now=event.now)
    if event.is_complaint:
        take_back(email=event.email, language=current_tenant().language, now=event.now)
        for pk in Customer.objects.filter(email=event.email).values_list("pk", flat=True):
            for kind in (ConsentKind.MARKETING, ConsentKind.REMINDERS):
                set_consent(
                    customer_id=pk,
                    kind=kind,
                    is_given=False,
                    words=event.words or str(ReturnReason.COMPLAINED.label),
                    place="complaint",
                    now=event.now,
                )


def add_unreachable(question: CustomerDataAsked) -> None:
    """Add that mails to the customer do not arrive."""
    found = find_unreachable(question.email)
    if found is not None:
        facts = {"reason": found.reason, "words": found.words, "seen_at": found.seen_at}
        question.sections["mails_that_came_back"] = facts


def forget_unreachable(event: CustomerErased) -> None:
    """Forget what was known against an address."""
    forget_address(email=event.email)
