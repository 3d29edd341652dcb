"""Support sessions on a store's host: who it is, what is open, and a database that refuses changes."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from console.models import SupportAccess
from console.rules import OPEN_RIGHTS, OWN_PAGES, is_open
from console.selectors.support import Found, find_session
from console.services.support import end_support, record_request
from core.access import SAFE_METHODS
from core.actors import acting
from core.clock import utc_now
from core.db.read_only import is_refused_change, read_only
from core.http import HttpRequest
from tenants.selectors import platform_url

logger = logging.getLogger(__name__)

ENTER_PATH = "/dashboard/support-access/enter/"


class SupportMiddleware:
    """Put the person whose eyes are used on the request, for as long as the session is open, and never longer.

    The session has a cookie of its own and no log-in of the person's: without this middleware its browser is a stranger.
    Whatever is not an open deed of a session that was allowed to change things runs in a transaction that the database holds
    to reading. Stands after the log-in and before everything that asks who it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.support = None
        secret = request.COOKIES.get(settings.SUPPORT_COOKIE_NAME, "")
        if request.tenant is None or not secret or request.path_info == ENTER_PATH:
            return self.get_response(request)
        is_work = request.path_info == "/dashboard" or request.path_info.startswith("/dashboard/")
        if not is_work and request.method in SAFE_METHODS:
            return self.get_response(request)  # the storefront is looked at as a stranger
        found = find_session(secret=secret, tenant_id=request.tenant.pk, now=utc_now())
        if found is None:
            return self._forget(self.get_response(request))
        if not found.is_open:
            return self._end(request, found)
        return self._serve(request, found.access, is_work=is_work)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        access = request.support
        if access is None or request.resolver_match is None:
            return None
        name = request.resolver_match.url_name or ""
        request.permissions &= OPEN_RIGHTS
        if not is_open(view=view, name=name, method=request.method):
            return self._refuse(request, "closed")
        if request.method not in SAFE_METHODS and not access.may_write and name not in OWN_PAGES:
            return self._refuse(request, "looking")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if getattr(request, "support", None) is None or not is_refused_change(error):
            return None
        logger.warning("a support session asked for a page that changes something: %s", request.path)
        request.support_refused = True
        return HttpResponse(status=HTTPStatus.FORBIDDEN)  # the transaction is broken: the words follow behind it

    def _serve(self, request: HttpRequest, access: SupportAccess, *, is_work: bool) -> HttpResponse:
        request.support, request.support_refused = access, False
        request.user, request.login_session = access.as_user, None
        with acting(support_user_id=access.staff_id, support_name=access.staff_email):
            if not is_work:
                response = self._refuse(request, "closed")
            elif self._may_change(request, access):
                response = self.get_response(request)
            else:
                with read_only():
                    response = self.get_response(request)
                if request.support_refused and not response.content:
                    with translation.override(request.LANGUAGE_CODE):
                        response = self._refuse(request, "looking")
        is_poll = request.method == "GET" and "HX-Request" in request.headers
        if not is_poll:
            record_request(
                access=access,
                method=str(request.method),
                path=request.path_info,
                status=response.status_code,
                was_refused=request.support_refused,
                now=utc_now(),
            )
        response["Cache-Control"] = "no-store"
        return response

    def _may_change(self, request: HttpRequest, access: SupportAccess) -> bool:
        """Tell whether this request may reach a database that writes; what it may do there is asked of its view."""
        own = request.path_info.startswith("/dashboard/support-access/")
        return request.method not in SAFE_METHODS and (access.may_write or own)

    def _refuse(self, request: HttpRequest, why: str) -> HttpResponse:
        request.support_refused = True
        has_frame = getattr(request, "membership", None) is not None
        template = (
            "console/support/_refused.html" if "HX-Request" in request.headers else "console/support/refused.html"
        )
        if not has_frame:
            template = "console/support/_refused.html"
        return render(request, template, {"why": why}, status=HTTPStatus.FORBIDDEN)

    def _end(self, request: HttpRequest, found: Found) -> HttpResponse:
        if found.ends_by is not None:
            end_support(access_id=found.access.pk, by=found.ends_by, actor="system", now=utc_now())
        target = platform_url(f"/console/stores/{request.tenant.pk}/?support=ended")
        if "HX-Request" in request.headers:
            return self._forget(HttpResponse(headers={"HX-Redirect": target}))
        return self._forget(redirect(target))

    def _forget(self, response: HttpResponse) -> HttpResponse:
        response.delete_cookie(settings.SUPPORT_COOKIE_NAME, samesite="Lax")
        return response
