"""What is said once at the next look at a cart: in the session where one is written anyway, else in a cookie of a minute."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from django.core import signing
from django.http import HttpResponse

from core.http import HttpRequest
from core.tenancy import current_schema

SESSION_KEY = "cart_notice"
COOKIE = "shopstead_said"
_SECONDS = 60


def leave_notice(session: MutableMapping[str, Any], text: str, kind: str = "") -> None:
    """Keep a sentence in a session until somebody looks."""
    session[SESSION_KEY] = {"text": text, "kind": kind}


def send_notice(response: HttpResponse, notice: Mapping[str, Any]) -> None:
    """Send a notice along with an answer that leads to the page that says it."""
    value = signing.dumps(dict(notice), salt=_salt(), compress=True)
    response.set_cookie(COOKIE, value, max_age=_SECONDS, httponly=True, samesite="Lax")


def find_notice(request: HttpRequest) -> dict[str, Any] | None:
    """Return what is to be said now, and forget what the session kept of it; `say_once` takes the cookie away."""
    if SESSION_KEY in request.session:
        kept: dict[str, Any] = request.session.pop(SESSION_KEY)
        return kept
    if COOKIE not in request.COOKIES:
        return None
    try:
        sent: dict[str, Any] = signing.loads(request.COOKIES[COOKIE], salt=_salt(), max_age=_SECONDS)
    except signing.BadSignature:
        return None
    return sent


def say_once(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Take the cookie away from a browser whose page has said it."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _salt() -> str:
    """Return what ties a notice to this store: what another one signed is not said here."""
    return f"storefront.carts.notice:{current_schema()}"
