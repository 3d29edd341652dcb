"""Paths as redirects keep them: of this store, without a language, with one slash at the end."""

import re
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from storefront.content.errors import RedirectRefused

LONGEST = 500
KEPT_FOR_WORK = ("/dashboard/", "/api/", "/media/", "/static/", "/checkout/", "/webhooks/", "/account/", "/orders/")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_SLASHES = re.compile(r"/{2,}")


def normalize(path: str) -> str:
    """Return a request's path as it would be kept, whatever a browser sent."""
    return _SLASHES.sub("/", f"/{path.strip().strip('/')}/")[:LONGEST]


def check_from(text: str, *, languages: frozenset[str]) -> str:
    """Return the path that a redirect may stand at.

    Raises: RedirectRefused.
    """
    parts = urlsplit(text.strip())
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or not path.startswith("/"):
        raise RedirectRefused(_("The old address begins with / and is of this store."), field="from_path")
    path = normalize(path)
    first = path.split("/")[1]
    if first in languages:
        path = normalize(path.removeprefix(f"/{first}"))
    if path == "/" or len(path) >= LONGEST or _CONTROL.search(path):
        raise RedirectRefused(_("This cannot be an old address."), field="from_path")
    if path.startswith(KEPT_FOR_WORK):
        raise RedirectRefused(_("This address is kept for the shop’s own work."), field="from_path")
    return path


def check_to(text: str) -> str:
    """Return where a redirect may lead: a path of this store or an https address.

    Raises: RedirectRefused.
    """
    text = text.strip()
    is_own = text.startswith("/") and not text.startswith("//")
    if len(text) > LONGEST or _CONTROL.search(text) or " " in text or not (is_own or _is_web(text)):
        raise RedirectRefused(
            _("It has to lead to a path that begins with / or to an address that begins with https://."),
            field="to_path",
        )
    if not is_own or "?" in text or "#" in text or "." in text.rsplit("/", 1)[-1]:
        return text
    return normalize(unquote(text))


def _is_web(text: str) -> bool:
    return text.startswith("https://") and bool(urlsplit(text).hostname)
