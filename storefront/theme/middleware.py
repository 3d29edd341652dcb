"""What every page of a store passes: in which currency it is, and what a preview of the draft may never become."""

from collections.abc import Callable

from django.http import HttpResponse

from core.http import HttpRequest
from storefront.catalog.shown import COOKIE, Prices, asking_for, find_prices, keep_currency
from storefront.theme.preview import PARAMETER, is_preview


class PreviewMiddleware:
    """Keep pages with the draft out of every cache and index."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if PARAMETER in request.GET and request.tenant is not None and is_preview(request):
            response["Cache-Control"] = "private, no-store"
            response["X-Robots-Tag"] = "noindex"
        return response


class CurrencyMiddleware:
    """Show prices in the currency that the visitor has chosen, where the store has it; `?currency=` in a link chooses it.

    An answer with a frame that offers several says so (`has_currencies`), so that whoever keeps it keeps one for each.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.tenant is None or request.path_info.startswith("/dashboard"):
            return self.get_response(request)
        named = _find_named(request)
        with asking_for(request.COOKIES.get(COOKIE, "") if named is None else named.currency):
            response = self.get_response(request)
        if named is not None:
            keep_currency(response, named)
        shell = getattr(request, "shell", None)
        if shell is not None and shell.currencies:
            response.has_currencies = True  # type: ignore[attr-defined]
        return response


def _find_named(request: HttpRequest) -> Prices | None:
    """Return the prices that a link to a page asks for; None where it names no currency of the store."""
    code = request.GET.get("currency", "").upper() if request.method in ("GET", "HEAD") else ""
    if not code or request.path_info.startswith(("/api/", "/feeds/")):
        return None
    prices = find_prices(code)
    return prices if prices.currency == code else None
