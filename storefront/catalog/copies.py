"""What a copy of a store may show: its rows may come from a file that somebody else wrote."""

from typing import Any

from django.db.models import QuerySet

from storefront.catalog.models import Collection, Product
from storefront.catalog.services import sanitize_html
from tenants.events import StoreCopied


def sanitize_copy(_event: StoreCopied) -> None:
    """Clean the HTML of goods and collections as if it had been typed in."""
    sanitize_column(Product.objects.all(), "description_html")
    sanitize_column(Collection.objects.all(), "description_html")


def sanitize_column(rows: "QuerySet[Any]", column: str) -> None:
    """Clean one column of HTML, and write only what differs."""
    for pk, html in rows.exclude(**{column: ""}).values_list("pk", column).iterator(chunk_size=500):
        clean = sanitize_html(html, link_rel=None)
        if clean != html:
            rows.filter(pk=pk).update(**{column: clean})
