"""What every request passes: a request id, its language, and one place that turns errors into answers."""

import logging
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import acting
from core.addresses import client_address
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import new_token
from shopstead.languages import SUPPORTED, split_language

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "shopstead_language"
# What counts visits sets no cookie, not even this note.
BEACON = "/e"
# Their own views measure them, and answer on the page that they came from: a store's, and the platform's.
IMPORT_PAGE, ARCHIVE_PAGE = "/dashboard/import/", "/stores/from-archive/"
# A review carries up to four photos as phones take them.
_TAKES_PHOTOS = re.compile(r"/products/[^/]+/reviews/write/|/reviews/invitation/[^/]+/\d+/")
PHOTO_BYTES = 40 * 1024 * 1024
# What a form adds around its files.
FORM_BYTES = 64 * 1024
_DRAIN_BLOCK = 1024 * 1024


class RequestIdMiddleware:
    """Give the request an id that its log lines and its answer carry, and say from where it came."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(request_id=new_token(), address=client_address(request)) as actor:
            response = self.get_response(request)
            response["X-Request-Id"] = actor.request_id
            return response


class ActorMiddleware:
    """Say who acts on the platform's own host; in a store's dashboard its own gate does."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.tenant is not None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self.get_response(request)
        with acting(user_id=request.user.pk, name=request.user.get_username()):
            return self.get_response(request)


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
        language, request.path_info = split_language(request.path_info, request.tenant)
        if language != request.tenant.language:
            set_script_prefix(f"/{language}/")
        return language

    def _platform_language(self, request: HttpRequest) -> str:
        cookie = request.COOKIES.get(LANGUAGE_COOKIE)
        if cookie in SUPPORTED:
            return str(cookie)
        return self._person_language(request) or translation.get_language_from_request(request)

    def _person_language(self, request: HttpRequest) -> str | None:
        user = request.user
        return user.language if user.is_authenticated and user.language in SUPPORTED else None


class OwnThingsMiddleware:
    """Leave a note for the page's script where the session holds something of the visitor's, and take it away when it is empty.

    A page for everybody then asks for the cart's count only where there may be one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.tenant is None or not request.session.accessed or request.path_info == BEACON:
            return response
        name = settings.OWN_THINGS_COOKIE_NAME
        has_note, has_things = name in request.COOKIES, not request.session.is_empty()
        if has_things and not has_note:
            age, is_secure = settings.SESSION_COOKIE_AGE, settings.SESSION_COOKIE_SECURE
            response.set_cookie(name, "1", max_age=age, secure=is_secure, samesite="Lax")
        elif has_note and not has_things:
            response.delete_cookie(name, samesite="Lax")
        return response


class ErrorMiddleware:
    """Turn an expected error that no view caught, and a look at what only takes forms, into a page with words and status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
            page = render(request, "405.html", status=response.status_code)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ShopsteadError):
            return None
        return render(request, "ui/error.html", {"error": exception}, status=exception.status)


class BodyTooLarge(ShopsteadError):
    """More was announced than may be sent to this address."""

    code = "too_large"
    status = 413


class InputMiddleware:
    """Refuse what no page can mean: a body too large by its own announcement, and a zero byte in the address.

    It comes last, so that every error page has what it needs, and still before the CSRF check and the view read the body.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        announced = request.META.get("CONTENT_LENGTH") or "0"
        size = int(announced[:18]) if announced.isascii() and announced.isdigit() else 0
        is_work = request.tenant is not None and request.path_info.startswith("/dashboard/")
        limit = settings.MAX_IMPORT_BYTES + FORM_BYTES if is_work else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.tenant is not None and _TAKES_PHOTOS.fullmatch(request.path_info):
            limit = PHOTO_BYTES
        own = IMPORT_PAGE if is_work else ARCHIVE_PAGE if request.tenant is None else None
        if size <= limit or request.path_info == own:
            return self.get_response(request)
        if is_work:
            _drain(request, size)
        error = BodyTooLarge(
            _("You sent %(size)s MB; at most %(limit)s MB can be taken at once. Nothing was changed.")
            % {"size": size // 1024**2, "limit": limit // 1024**2}
        )
        if request.path_info.startswith("/api/"):
            body = {"type": "about:blank", "title": _("The request failed"), "status": 413, "code": error.code}
            return JsonResponse({**body, "detail": str(error)}, status=413, content_type="application/problem+json")
        return render(request, "ui/error.html", {"error": error}, status=error.status)


def _drain(request: HttpRequest, size: int) -> None:
    """Let a browser finish sending what is thrown away, up to a bound, or it would show no answer at all."""
    left = min(size, 4 * settings.MAX_IMPORT_BYTES)
    while left > 0 and (block := request.read(min(left, _DRAIN_BLOCK))):
        left -= len(block)
