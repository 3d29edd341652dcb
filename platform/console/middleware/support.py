"""Support sessions on a store's host: who it is, what is open, and a database that refuses changes."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from console.errors import ClosedToSupport
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
BEACON_PATH = "/e"
# What a page asks for by itself, over and over.
POLLS = frozenset({"dashboard_job_tray", "dashboard_job"})


class SupportMiddleware:
    """Put the person whose eyes are used on the request, for as long as the session is open, and never longer.

    The session has a cookie of its own and no log-in of the person's: without this middleware its browser is a stranger, and
    on the storefront it stays one, below the red bar. Whatever is not an open deed of a session that was allowed to change
    things runs in a transaction that the database holds to reading. Stands after the log-in and before everything that asks
    who it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.support, request.support_outside = None, None
        secret = request.COOKIES.get(settings.SUPPORT_COOKIE_NAME, "")
        if request.tenant is None or not secret or request.path_info == ENTER_PATH:
            return self.get_response(request)
        is_work = request.path_info == "/dashboard" or request.path_info.startswith("/dashboard/")
        found = find_session(secret=secret, tenant_id=request.tenant.pk, now=utc_now())
        if found is None:
            return self._forget(self.get_response(request))
        if not found.is_open:
            return self._end(request, found, is_visit=not is_work and request.method in SAFE_METHODS)
        return self._serve(request, found.access) if is_work else self._visit(request, found.access)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        access = request.support
        if request.support_outside is not None:
            return self._refuse_outside(request)
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

    def _visit(self, request: HttpRequest, access: SupportAccess) -> HttpResponse:
        """Show the storefront as a stranger sees it, below the bar; what it sends is refused, and its looks count as no visits."""
        request.support_outside = access
        if request.path_info == BEACON_PATH:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        response = self.get_response(request)
        if request.method not in SAFE_METHODS:
            self._record(request, access, response, was_refused=True)
        if response.get("Content-Type", "").startswith("text/html"):
            response["Cache-Control"] = "no-store"
        return response

    def _refuse_outside(self, request: HttpRequest) -> HttpResponse | None:
        if request.method in SAFE_METHODS:
            return None
        return render(request, "console/outside.html", status=HTTPStatus.FORBIDDEN, using="jinja2")

    def _serve(self, request: HttpRequest, access: SupportAccess) -> HttpResponse:
        request.support, request.support_refused = access, False
        request.user, request.login_session = access.as_user, None
        with acting(support_user_id=access.staff_id, support_name=access.staff_email):
            if self._may_change(request, access):
                response = self.get_response(request)
            else:
                with read_only():
                    response = self.get_response(request)
                if request.support_refused and not response.content:
                    with translation.override(request.LANGUAGE_CODE):
                        response = self._refuse(request, "looking")
        route = request.resolver_match.url_name if request.resolver_match else ""
        if request.method != "GET" or route not in POLLS:
            self._record(request, access, response, was_refused=request.support_refused)
        response["Cache-Control"] = "no-store"
        return response

    def _record(
        self, request: HttpRequest, access: SupportAccess, response: HttpResponse, *, was_refused: bool
    ) -> None:
        record_request(
            access=access,
            method=str(request.method),
            path=request.path_info,
            status=response.status_code,
            was_refused=was_refused,
            now=utc_now(),
        )

    def _may_change(self, request: HttpRequest, access: SupportAccess) -> bool:
        """Tell whether this request may reach a database that writes; what it may do there is asked of its view."""
        own = request.path_info.startswith("/dashboard/support-access/")
        return request.method not in SAFE_METHODS and (access.may_write or own)

    def _refuse(self, request: HttpRequest, why: str) -> HttpResponse:
        request.support_refused = True
        context: dict[str, object] = {"why": why}
        if "HX-Request" in request.headers:
            template = "console/support/_refused.html"
        elif request.membership is not None:
            template = "console/support/refused.html"
        else:
            template = "ui/error.html"
            context["error"] = ClosedToSupport(
                _("This stays closed to support. Leave the session in the red bar first.")
            )
        return render(request, template, context, status=HTTPStatus.FORBIDDEN)

    def _end(self, request: HttpRequest, found: Found, *, is_visit: bool) -> HttpResponse:
        if found.ends_by is not None:
            end_support(access_id=found.access.pk, by=found.ends_by, actor="system", now=utc_now())
        if is_visit:
            return self._forget(self.get_response(request))
        target = platform_url(f"/console/stores/{request.tenant.pk}/?support=ended")
        if "HX-Request" in request.headers:
            return self._forget(HttpResponse(headers={"HX-Redirect": target}))
        return self._forget(redirect(target))

    def _forget(self, response: HttpResponse) -> HttpResponse:
        response.delete_cookie(settings.SUPPORT_COOKIE_NAME, samesite="Lax")
        return response
