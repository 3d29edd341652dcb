"""What a copy of a store may show: its rows may come from a file that somebody else wrote."""

from typing import Any

from django.db.models import QuerySet

from storefront.catalog.models import Category, Collection, Product
from storefront.catalog.services import sanitize_html
from tenants.events import StoreCopied


def sanitize_copy(_event: StoreCopied) -> None:
    """Clean the HTML of goods, collections and categories, in every language, as if it had been typed in."""
    for model in (Product, Collection, Category):
        sanitize_column(model.objects.all(), "description_html")
        sanitize_translations(model.objects.all(), "description_html")


def sanitize_column(rows: "QuerySet[Any]", column: str) -> None:
    """Clean one column of HTML, and write only what differs."""
    for pk, html in rows.exclude(**{column: ""}).values_list("pk", column).iterator(chunk_size=500):
        clean = sanitize_html(html, link_rel=None)
        if clean != html:
            rows.filter(pk=pk).update(**{column: clean})


def sanitize_translations(rows: "QuerySet[Any]", field: str) -> None:
    """Clean one field of HTML in `translations`, and write only what differs; what has not their shape goes."""
    for pk, said in rows.exclude(translations={}).values_list("pk", "translations").iterator(chunk_size=500):
        texts = {
            language: {**words, field: sanitize_html(str(words[field]), link_rel=None)} if words.get(field) else words
            for language, words in (said.items() if isinstance(said, dict) else ())
            if isinstance(words, dict)
        }
        if texts != said:
            rows.filter(pk=pk).update(translations=texts)
