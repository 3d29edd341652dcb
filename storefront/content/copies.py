"""What a copy of a store may show on its pages."""

from storefront.catalog.copies import sanitize_column
from storefront.content.models import Page
from tenants.events import StoreCopied


def sanitize_copy(_event: StoreCopied) -> None:
    """Clean the HTML of the pages as if it had been typed in."""
    sanitize_column(Page.objects.all(), "body_html")
