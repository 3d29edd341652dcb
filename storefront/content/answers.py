"""What content answers to questions from below."""

from django.db.models import Min

from core.shared_pages import NextChangeAsked
from storefront.content.models import Post


def answer_next_change(event: NextChangeAsked) -> None:
    """Add the moment at which the next planned post appears by itself."""
    moment = Post.objects.filter(published_at__gt=event.now).aggregate(first=Min("published_at"))["first"]
    if moment is not None:
        event.moments.append(moment)
