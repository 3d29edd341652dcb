"""What every request passes: a request id, its language, and one place that turns errors into answers."""

import logging
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation

from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import new_token
from shopstead.logs import request_id

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "shopstead_language"
SUPPORTED = dict(settings.LANGUAGES)


class RequestIdMiddleware:
    """Give the request an id that its log lines and its answer carry."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(new_token())
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class LanguageMiddleware:
    """Choose the language: a store's pages by their address, the work places by the person, the platform by cookie or browser.

    Times are shown in the store's time zone.

    A store's first language has no prefix; `/zh-hans/…` and `/en/…` are its others. The prefix becomes the script prefix, so
    that every address made during the request keeps it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefix = get_script_prefix()
        language = self._choose(request)
        zone = ZoneInfo(request.tenant.time_zone) if request.tenant else None
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            try:
                response = self.get_response(request)
            finally:
                set_script_prefix(prefix)
        response.headers.setdefault("Content-Language", language)
        return response

    def _choose(self, request: HttpRequest) -> str:
        if request.tenant is None:
            return self._platform_language(request)
        if request.path_info.startswith("/dashboard"):
            return self._person_language(request) or str(request.tenant.language)
        first, _, rest = request.path_info.removeprefix("/").partition("/")
        if first in SUPPORTED and first != request.tenant.language:
            request.path_info = f"/{rest}"
            set_script_prefix(f"/{first}/")
            return first
        return str(request.tenant.language)

    def _platform_language(self, request: HttpRequest) -> str:
        cookie = request.COOKIES.get(LANGUAGE_COOKIE)
        if cookie in SUPPORTED:
            return str(cookie)
        return self._person_language(request) or translation.get_language_from_request(request)

    def _person_language(self, request: HttpRequest) -> str | None:
        user = request.user
        return user.language if user.is_authenticated and user.language in SUPPORTED else None


class ErrorMiddleware:
    """Turn an expected error that no view caught into a page with its words and status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ShopsteadError):
            return None
        return render(request, "ui/error.html", {"error": exception}, status=exception.status)
