"""Remember what was asked, without who asked."""

from datetime import datetime

from storefront.catalog.models import Product
from storefront.search.models import SearchClick, SearchQuery

QUERY_LENGTH = 200
LAST_PLACE = 10_000


def log_query(*, text: str, results_count: int, now: datetime) -> None:
    """Remember what was asked and how much was found."""
    SearchQuery.objects.create(text=text[:QUERY_LENGTH], results_count=results_count, created_at=now)


def log_click(*, text: str, handle: str, position: int, now: datetime) -> None:
    """Remember which of the found goods was opened, and how far down it stood; what is no product is passed over."""
    product_id = Product.objects.filter(handle=handle).values_list("pk", flat=True).first()
    if text and product_id is not None and 0 < position <= LAST_PLACE:
        SearchClick.objects.create(text=text[:QUERY_LENGTH], product_id=product_id, position=position, created_at=now)
