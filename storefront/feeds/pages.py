"""Pages for machines: what may be read, where everything is, and what it costs."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import utc_now
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.errors import CurrencyNotOffered
from storefront.catalog.jinja import picture
from storefront.catalog.shown import Prices, read_prices
from storefront.feeds.languages import html_language
from storefront.feeds.selectors import get_settings
from storefront.feeds.services import keep_google, keep_openai
from storefront.feeds.sitemaps import find_places, list_parts, write_index, write_part
from storefront.theme.selectors import describe_look, find_published
from tenants.selectors import store_url

# Pages of one person, or pages without end.
CLOSED = ("/cart/", "/checkout/", "/account/", "/orders/", "/search/", "/dashboard/", "/api/", "/e")
QUARTER_HOUR = 900


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say what may be read; where the merchant keeps search engines out, or the store takes no orders, nothing."""
    tenant = current_tenant()
    if not get_settings().is_indexed or request.is_sandbox:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        heads = ["", *(f"/{code}" for code in tenant.further_languages)]
        lines = ["User-agent: *", *(f"Disallow: {head}{closed}" for head in heads for closed in CLOSED)]
        lines += ["", f"Sitemap: {store_url(tenant, '/sitemap.xml')}"]
    return _text("\n".join(lines) + "\n", "text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Name the files that name all pages."""
    _need(get_settings().is_indexed)
    return _text(write_index(list_parts()), "application/xml")


@require_safe
def sitemap_part(request: HttpRequest, kind: str) -> HttpResponse:
    """Name pages of one kind."""
    _need(get_settings().is_indexed)
    places = find_places(kind)
    if places is None:
        raise Http404
    return _text(write_part(places), "application/xml")


@require_safe
def google(request: HttpRequest) -> HttpResponse | FileResponse:
    """Send the file for Google Merchant Center, with `?currency=` in another currency of the store."""
    _need(get_settings().has_google)
    return _send(request, keep_google, "application/rss+xml; charset=utf-8")


@require_safe
def openai(request: HttpRequest) -> HttpResponse | FileResponse:
    """Send the file for ChatGPT's search, with `?currency=` in another currency of the store."""
    _need(get_settings().has_openai)
    return _send(request, keep_openai, "application/jsonl; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Say how the store looks among a phone's apps. Source: w3.org/TR/appmanifest."""
    tenant, theme = current_tenant(), describe_look(find_published())
    logo = picture({"path": theme["logo"]}) if theme["logo"] else None
    icons = [{"src": logo["src"], "sizes": "any", "purpose": "any"}] if logo else []
    icons.append({"src": "/static/ui/favicon.svg", "sizes": "any", "type": "image/svg+xml"})
    language = request.LANGUAGE_CODE
    start = "/" if language == tenant.language else f"/{language}/"
    facts = {
        "id": "/",
        "name": tenant.name,
        "short_name": tenant.name[:12],
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "lang": html_language(language),
        "background_color": "#faf8f4",
        "theme_color": theme["accent"],
        "icons": icons,
    }
    response = JsonResponse(facts, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = f"public, max-age={QUARTER_HOUR}"
    return response


@require_safe
def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """Prove to IndexNow that its notices about this host come from the store."""
    chosen = get_settings()
    _need(chosen.has_indexnow and chosen.indexnow_key == key)
    return _text(key, "text/plain")


def _need(is_on: bool) -> None:
    if not is_on:
        raise Http404(_("This store does not offer this file."))


def _text(pieces: str | Iterable[str], kind: str) -> HttpResponse:
    response = HttpResponse("".join(pieces), content_type=f"{kind}; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={QUARTER_HOUR}"
    return response


def _send(request: HttpRequest, keep: Callable[[datetime, Prices], Path], kind: str) -> HttpResponse | FileResponse:
    try:
        prices = read_prices(request.GET.get("currency", ""))
    except CurrencyNotOffered as error:
        return HttpResponse(f"{error}\n", content_type="text/plain; charset=utf-8", status=error.status)
    response = FileResponse(keep(utc_now(), prices).open("rb"), content_type=kind)
    response["Cache-Control"] = f"public, max-age={QUARTER_HOUR}"
    response["X-Robots-Tag"] = "noindex"
    return response


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemaps/<str:kind>.xml", sitemap_part, name="sitemap_part"),
    path("feeds/google.xml", google, name="feed_google"),
    path("feeds/openai.jsonl", openai, name="feed_openai"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("<slug:key>.txt", indexnow_key, name="indexnow_key"),
]
