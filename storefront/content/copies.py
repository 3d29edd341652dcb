"""What a copy of a store may show on its pages."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from storefront.catalog.copies import sanitize_column
from storefront.catalog.services import sanitize_html
from storefront.content.errors import MenuRefused, RedirectRefused
from storefront.content.menus import check_items
from storefront.content.models import Menu, Page, Post, Redirect
from storefront.content.paths import check_to
from tenants.events import StoreCopied


def sanitize_copy(_event: StoreCopied) -> None:
    """Clean the HTML of pages and posts as if it had been typed in; drop menus and redirects that nobody could have typed."""
    for rows in (Page.objects.all(), Post.objects.all()):
        sanitize_column(rows, "body_html")
        sanitize_translations(rows, "body_html")
    _drop(Menu.objects.all(), lambda menu: check_items(menu.items), MenuRefused)
    _drop(Redirect.objects.all(), lambda row: check_to(row.to_path), RedirectRefused)


def sanitize_translations(rows: "QuerySet[Any]", column: str) -> None:
    """Clean one column of HTML in the other languages of each row; what is no table of languages goes."""
    for row in rows.exclude(translations={}).only("pk", "translations").iterator(chunk_size=500):
        told = row.translations if isinstance(row.translations, dict) else {}
        clean = {
            code: {name: sanitize_html(str(text)) if name == column else str(text) for name, text in words.items()}
            for code, words in told.items()
            if isinstance(words, dict)
        }
        if clean != row.translations:
            rows.filter(pk=row.pk).update(translations=clean)


def _drop(rows: "QuerySet[Any]", check: Callable[[Any], object], refused: type[Exception]) -> None:
    for row in rows.iterator(chunk_size=500):
        try:
            check(row)
        except refused:
            row.delete()
