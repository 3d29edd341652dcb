"""The content security policy: written once for each set of inline styles, which are allowed by their hash.

A nonce would be the same for everybody on a page that is kept and shown again; a hash allows these very words and no others.
"""

import base64
import hashlib
from functools import lru_cache
from typing import Any

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.http import HttpResponseBase
from django.utils.safestring import SafeString, mark_safe

from core.http import HttpRequest

_OWN_WORDS = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


class PolicyMiddleware(CSPMiddleware):
    """Django-csp's middleware with the usual policy remembered, and with the hashes of the page's inline styles."""

    def process_response(self, request: Any, response: HttpResponseBase) -> HttpResponseBase:
        if any(hasattr(response, name) for name in _OWN_WORDS):
            return super().process_response(request, response)
        if HEADER not in response:
            nonce = getattr(request, "_csp_nonce", None)
            hashes = tuple(getattr(request, "style_hashes", ()))
            response[HEADER] = _write(hashes, nonce) if nonce else _policy(hashes)
        if getattr(request, "_csp_nonce", None) is None:
            request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)
        return response


def inline_style(request: HttpRequest, css: str) -> SafeString:
    """Return a style element with these rules, and let the page's policy allow it; `<` cannot end it early."""
    css = str(css).strip().replace("<", "\\3c ")
    hashes: list[str] = request.__dict__.setdefault("style_hashes", [])
    hashes.append(_hash(css))
    return mark_safe(f"<style>{css}</style>")  # noqa: S308


@lru_cache(maxsize=512)
def _hash(css: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}'"


@lru_cache(maxsize=512)
def _policy(hashes: tuple[str, ...]) -> str:
    return _write(hashes, None)


def _write(hashes: tuple[str, ...], nonce: str | None) -> str:
    policy = build_policy(update={"style-src": list(hashes)} if hashes else None, nonce=nonce)
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))
