"""Django with two chains of middleware: the whole one, and a short one for pages that are the same for everybody."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, HttpResponseBase
from django.urls import ResolverMatch
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string

from core.http import HttpRequest
from core.reversing import match_path
from core.shared_pages import SHARED_KEY


class Handler(WSGIHandler):
    """Django's handler; a request made for everybody (`SHARED_KEY`) passes the short chain."""

    def __init__(self) -> None:
        super().__init__()
        self._for_everybody = EverybodyHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        if SHARED_KEY in environ:
            return self._for_everybody(environ, start_response)
        return super().__call__(environ, start_response)


class EverybodyHandler(WSGIHandler):
    """Only what speaks of the page: such a request has no cookie, so what asks who sent it would find nobody."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain of MIDDLEWARE_FOR_EVERYBODY as Django builds its own."""
        gates: list[Any] = []
        catchers: list[Any] = []
        handler: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for path in reversed(settings.MIDDLEWARE_FOR_EVERYBODY):
            middleware = import_string(path)(handler)
            if hasattr(middleware, "process_view"):
                gates.insert(0, middleware.process_view)
            if hasattr(middleware, "process_exception"):
                catchers.append(middleware.process_exception)
            handler = convert_exception_to_response(middleware)
        self._view_middleware, self._exception_middleware = gates, catchers
        self._template_response_middleware = []  # type: ignore[var-annotated]
        self._middleware_chain = handler

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:  # type: ignore[override]
        """Find the view as the page cache has found it; such pages are a store's."""
        match = request.resolver_match = match_path(request.path_info)
        return match


class NobodyMiddleware:
    """Say what the middlewares that are left out say of a visitor without a cookie.

    The session holds nothing and takes nothing: what a page for everybody wrote there would be in nobody's, so it is an error.
    """

    SESSION: Any = MappingProxyType({})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session, request.user = self.SESSION, AnonymousUser()
        request.customer = request.membership = request.support = request.support_outside = None
        request.permissions, request.htmx = frozenset(), False  # type: ignore[assignment]
        response = self.get_response(request)
        if "CSRF_COOKIE" in request.META:
            raise RuntimeError(f"the page for everybody at {request.path} holds a token of a form")
        patch_vary_headers(response, ("Cookie",))  # of an answer that is not kept: others ask with one
        return response
