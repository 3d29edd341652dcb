"""Change a store's own pages."""

from datetime import datetime

from django.utils.html import escape

from storefront.content.default_pages import DEFAULT_PAGES
from storefront.content.models import Page


def furnish_pages(*, store_name: str, email: str, language: str, now: datetime) -> None:
    """Give a new store its About, Delivery, Returns and Privacy pages, in its language; pages that are there stay."""
    written = DEFAULT_PAGES.get(language, DEFAULT_PAGES["en"])
    words = {"store": escape(store_name), "email": escape(email)}
    Page.objects.bulk_create(
        [
            Page(handle=handle, title=title, body_html=body.format(**words), position=position, updated_at=now)
            for position, (handle, title, body) in enumerate(written, start=1)
        ],
        ignore_conflicts=True,
    )
