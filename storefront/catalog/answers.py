"""What catalog answers to questions from below."""

from django.db.models import Min

from core.shared_pages import NextChangeAsked
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product


def answer_next_change(event: NextChangeAsked) -> None:
    """Add the moment at which the next product appears by itself."""
    planned = Product.objects.filter(status=ProductStatus.ACTIVE, published_at__gt=event.now)
    moment = planned.aggregate(first=Min("published_at"))["first"]
    if moment is not None:
        event.moments.append(moment)
