"""Where a search may lead: pages of this store, and never away from it or back to the search."""

import re
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from storefront.search.errors import LeadRefused

LONGEST_PATH = 500
# What is no page for shoppers, and the search itself: it would lead in circles.
_CLOSED = ("dashboard", "search", "api", "webhooks", "cart", "checkout", "account", "login", "logout", "orders", "e")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\\\]")


def read_path(text: str, *, hosts: frozenset[str]) -> str:
    """Return a path of this store, without its host and language, from what a merchant typed or pasted.

    Raises: LeadRefused.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _refused() from error
    if parts.scheme or parts.netloc:
        if parts.scheme not in ("http", "https") or (parts.hostname or "").lower() not in hosts or parts.username:
            raise _refused()
        text = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path = _without_language(text)
    if not is_safe(path):
        raise _refused()
    return path


def is_safe(path: str) -> bool:
    """Tell whether a browser that is sent there stays in the store, on a page that is not the search."""
    if not path.startswith("/") or len(path) > LONGEST_PATH:
        return False
    plain = unquote(path)
    if plain.startswith(("//", "/\\")) or _CONTROL.search(plain) or "/../" in f"{plain.partition('?')[0]}/":
        return False
    return _without_language(plain).strip("/").partition("?")[0].partition("/")[0].lower() not in _CLOSED


def _without_language(path: str) -> str:
    first, _slash, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if path.startswith("/") and first in dict(settings.LANGUAGES) else path


def _refused() -> LeadRefused:
    return LeadRefused(
        _("Write the address of a page of this store, such as /collections/tea/. Other websites cannot be reached so."),
        field="path",
    )
