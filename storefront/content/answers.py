"""What content answers to questions from below."""

from django.db.models import Min
from django.utils.translation import pgettext

from core.shared_pages import NextChangeAsked
from core.tenancy import current_tenant
from storefront.content.enums import Consent
from storefront.content.models import NewsletterConsent, Post
from storefront.content.selectors import find_consent
from storefront.content.services.newsletter import WANTED, take_back
from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomersMerged, MergeAsked, MergeRow


def answer_next_change(event: NextChangeAsked) -> None:
    """Add the moment at which the next planned post appears by itself."""
    moment = Post.objects.filter(published_at__gt=event.now).aggregate(first=Min("published_at"))["first"]
    if moment is not None:
        event.moments.append(moment)


def add_letters(question: CustomerDataAsked) -> None:
    """Add when a customer asked for the store's letters, said yes or took it back."""
    lines = NewsletterConsent.objects.filter(email__iexact=question.email).order_by("pk")
    rows = list(lines.values("consent", "wording", "source", "address", "created_at"))
    if rows:
        question.sections["letters"] = rows


def compare_letters(question: MergeAsked) -> None:
    """Say whether each of two addresses gets letters; of the one that goes nobody does any more."""
    stays, goes = find_consent(question.stays_email), find_consent(question.goes_email)
    if stays or goes:
        after = Consent.TAKEN_BACK if goes == Consent.TAKEN_BACK and stays in WANTED else stays
        words = [str(Consent(said).label) if said else "–" for said in (stays, goes, after)]
        question.rows.append(MergeRow(pgettext("consent", "Letters"), *words))


def end_letters(event: CustomersMerged) -> None:
    """Write no letters to the address that goes, nor to the one that stays where the other one had enough of them."""
    has_enough = find_consent(event.goes_email) == Consent.TAKEN_BACK
    for email in (event.goes_email, event.stays_email) if has_enough else (event.goes_email,):
        take_back(email=email, language=current_tenant().language, now=event.now, source="merge")


def forget_erased(event: CustomerErased) -> None:
    """Remove a customer's lines from the ledger of letters: without them nothing is sent."""
    NewsletterConsent.objects.filter(email__iexact=event.email).delete()
