"""What every page of a store passes: in which currency it is, and what a preview of the draft may never become."""

from collections.abc import Callable

from django.http import HttpResponse

from core.http import HttpRequest
from storefront.catalog.shown import COOKIE, asking_for
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
    """Show prices in the currency that the visitor has chosen, where the store has it.

    An answer with a frame that offers several says so (`has_currencies`), so that whoever keeps it keeps one for each.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.tenant is None or request.path_info.startswith("/dashboard"):
            return self.get_response(request)
        with asking_for(request.COOKIES.get(COOKIE, "")):
            response = self.get_response(request)
        shell = getattr(request, "shell", None)
        if shell is not None and shell.currencies:
            response.has_currencies = True  # type: ignore[attr-defined]
        return response
