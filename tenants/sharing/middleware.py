"""Turn away what is more than a store's share, at once and cheaply, before anything is read or written."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation

from core.http import HttpRequest
from core.shares import Buckets, Seats, SharedMinute, Verdict
from tenants.models import Tenant
from tenants.sharing.figures import Kind, api_calls_a_minute, kind_of, requests_a_minute

# Half a minute's share may come at once: a page and its parts, a sale that opens.
BURST_SHARE = 0.5

Handler = Callable[[HttpRequest], HttpResponse]

buckets = Buckets()
seats = Seats()
shared = SharedMinute()


class ShareMiddleware:
    """Let each store have its requests a minute and its seats in this process; the next ones are told when to come again.

    It stands behind the middleware that finds the store. The platform's own pages are not counted.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant = request.tenant
        if tenant is None or not settings.STORE_LIMITS:
            return self.get_response(request)
        kind = kind_of(request.path_info)
        if kind is Kind.API:
            return self._serve_api(request, tenant)
        figure = requests_a_minute(kind)
        verdict = buckets.take((tenant.pk, kind), per_minute=figure, burst=max(1.0, figure * BURST_SHARE))
        if not verdict.allowed:
            return _busy_page(429, verdict.wait_seconds)
        if kind is Kind.MEDIA:  # a browser asks for many at once, and none takes long
            return self.get_response(request)
        return self._seated(request, tenant) or _busy_page(503, 1)

    def _serve_api(self, request: HttpRequest, tenant: Tenant) -> HttpResponse:
        figure = api_calls_a_minute(tenant)
        verdict = shared.count("api", per_minute=figure)
        if verdict is None:
            verdict = buckets.take((tenant.pk, Kind.API), per_minute=figure, burst=max(1.0, float(figure)))
        served = self._seated(request, tenant) if verdict.allowed else _problem(429, verdict.wait_seconds)
        response = served or _problem(503, 1)
        _tell(response, figure, verdict)
        return response

    def _seated(self, request: HttpRequest, tenant: Tenant) -> HttpResponse | None:
        if not seats.enter(tenant.pk, most=settings.STORE_THREADS):
            return None
        try:
            return self.get_response(request)
        finally:
            seats.leave(tenant.pk)


def _tell(response: HttpResponse, figure: int, verdict: Verdict) -> None:
    """Say what is left, in the two fields of the IETF's RateLimit header draft."""
    response["RateLimit-Policy"] = f'"api";q={figure};w=60'
    response["RateLimit"] = f'"api";r={verdict.left};t={verdict.wait_seconds}'


def _problem(status: int, wait_seconds: int) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": "Too many requests",
        "status": status,
        "code": "rate_limited" if status == 429 else "busy",
        "detail": f"Nothing was done. Send it again in {wait_seconds} seconds.",
        "errors": [],
    }
    return _finish(JsonResponse(body, status=status, content_type="application/problem+json"), wait_seconds)


def _busy_page(status: int, wait_seconds: int) -> HttpResponse:
    return _finish(HttpResponse(_page(), status=status), wait_seconds)


def _finish(response: HttpResponse, wait_seconds: int) -> HttpResponse:
    response["Retry-After"] = str(wait_seconds)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@cache
def _page() -> bytes:
    """Return the page, the same for every store and in both languages: who is turned away must cost next to nothing."""
    with translation.override("en"):  # the language of the page itself; the other half says what it is in
        return render_to_string("429.html").encode()
