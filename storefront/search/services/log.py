"""Remember what was asked, without who asked."""

from datetime import datetime

from storefront.search.models import SearchQuery

QUERY_LENGTH = 200


def log_query(*, text: str, results_count: int, now: datetime) -> None:
    """Remember what was asked and how much was found."""
    SearchQuery.objects.create(text=text[:QUERY_LENGTH], results_count=results_count, created_at=now)
