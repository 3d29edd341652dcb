"""Shopper's pages: the first page, the store's media, and what is shown where nothing is."""

import re
from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.urls import path, reverse
from django.utils._os import safe_join
from django.utils.http import http_date, parse_http_date_safe

from core.clock import utc_now
from core.http import HttpRequest
from core.shared_pages import shared_page
from core.tenancy import current_tenant
from storefront.catalog.selectors import list_best_cards
from storefront.content.selectors import find_redirect
from storefront.theme.jinja import own_link
from storefront.theme.sections.goods import ANY, drop_repeats, gather_rows, name_unsold
from storefront.theme.sections.words import spoken
from storefront.theme.selectors import get_shell
from tenants.selectors import store_url

ROW = 4
LONGEST_NAME = 255
DAY, YEAR = 86_400, 31_536_000
SERVED = {
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".glb": "model/gltf-binary",
    ".usdz": "model/vnd.usdz+zip",
}
# A name with 26 random letters and digits never holds another picture.
_NEVER_CHANGES = re.compile(r"/[a-z0-9]{26}(?:-\d+\.(?:webp|avif)|\.glb|\.usdz)$")
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@shared_page()
def home(request: HttpRequest) -> HttpResponse:
    """Show the store's first page, section by section; an empty store says that it opens soon."""
    sections = [spoken(section) for section in get_shell(request).sections if not section["is_hidden"]]
    rows = gather_rows(sections, now=utc_now())
    sections = name_unsold(sections, rows)
    drop_repeats(sections, rows)
    return render(
        request,
        "theme/home.html",
        {
            "sections": sections,
            "rows": rows,
            "is_open": ANY in rows,
            "opening": next((one["values"] for one in sections if one["kind"] == "hero"), None),
            "address": store_url(current_tenant(), reverse("home")),
        },
    )


def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """Send one of this store's own pictures; anything else is 404."""
    file = _find_file(name)
    changed_at = file.stat().st_mtime
    since = request.headers.get("If-Modified-Since")
    if since and (known := parse_http_date_safe(since)) is not None and int(changed_at) <= known:
        return HttpResponseNotModified()
    response = FileResponse(file.open("rb"), content_type=SERVED[file.suffix.lower()])
    seconds = YEAR if _NEVER_CHANGES.search(f"/{name}") else DAY
    response["Cache-Control"] = f"public, max-age={seconds}{', immutable' if seconds == YEAR else ''}"
    response["Last-Modified"] = http_date(changed_at)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _SVG_POLICY
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Lead an old address to its new one; else answer 404 in the store's own look, with a search and what others buy."""
    if request.method in ("GET", "HEAD") and (target := find_redirect(request.path_info)) is not None:
        return HttpResponsePermanentRedirect(_with_query(own_link(target), request.META.get("QUERY_STRING", "")))
    reason = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "theme/not_found.html", {"reason": reason, "best": list_best_cards(limit=ROW)}, status=404)


def _with_query(address: str, query: str) -> str:
    return address if not query or "?" in address or "#" in address else f"{address}?{query}"


def _find_file(name: str) -> Path:
    if len(name) > LONGEST_NAME:
        raise Http404
    try:
        file = Path(safe_join(default_storage.location, name))  # type: ignore[attr-defined]
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    if file.suffix.lower() not in SERVED or file.is_symlink() or not file.is_file():
        raise Http404
    return file


urlpatterns = [
    path("", home, name="home"),
    path("media/<path:name>", media, name="media"),
]
