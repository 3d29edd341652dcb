"""What content answers to questions from below."""

from django.db.models import Min

from core.shared_pages import NextChangeAsked
from storefront.content.models import NewsletterConsent, Post
from storefront.customers.events import CustomerDataAsked, CustomerErased


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


def forget_erased(event: CustomerErased) -> None:
    """Remove a customer's lines from the ledger of letters: without them nothing is sent."""
    NewsletterConsent.objects.filter(email__iexact=event.email).delete()
