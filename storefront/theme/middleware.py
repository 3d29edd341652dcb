"""What a preview of the draft may never become: a kept page, or one that a search engine lists."""

from collections.abc import Callable

from django.http import HttpResponse

from core.http import HttpRequest
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
