"""A sandbox says what it is on every answer."""

from collections.abc import Callable

from django.http import HttpResponse

from core.http import HttpRequest
from tenants.archive.selectors import is_sandbox

Handler = Callable[[HttpRequest], HttpResponse]


class SandboxMiddleware:
    """Keep a sandbox out of search engines; `request.is_sandbox` lets its pages say so to people."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_sandbox = request.tenant is not None and is_sandbox(request.tenant.pk)
        response = self.get_response(request)
        if request.is_sandbox:
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response
