"""The console is closed: only the platform's own people pass, and others learn nothing of it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.defaults import page_not_found

from core.http import HttpRequest


class ConsoleMiddleware:
    """Let nobody below /console/ who is not of the platform's staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.tenant is None and request.path_info.startswith("/console"):
            if not request.user.is_authenticated:
                return redirect(f"/login/?{urlencode({'next': request.get_full_path()})}")
            if not request.user.is_platform_staff:
                return page_not_found(request, Http404())
        return self.get_response(request)
