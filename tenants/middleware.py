"""From a host name to a store, and from a person to the dashboard: both refuse by default."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import set_urlconf

from core.access import SAFE_METHODS, find_access
from core.actors import acting, note_route
from core.clock import utc_now
from core.http import HttpRequest
from core.returning import page_asked_for
from core.tenancy import in_tenant, leave_tenant
from tenants.closed import answer_closed, answer_unknown
from tenants.enums import TenantState
from tenants.hosts import canonical_host, find_tenant
from tenants.people.deeds import record_deed
from tenants.people.permissions import Permission, permissions_of
from tenants.people.services import note_visit
from tenants.selectors import find_membership, list_owners, platform_url

STAYS = ("/dashboard", "/e")
STAYS_BELOW = ("/dashboard/", "/api/", "/media/", "/webhooks/", "/.well-known/")
_LANGUAGES = dict(settings.LANGUAGES)

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]


class TenantMiddleware:
    """Send the platform's host to the platform's pages and a store's host into that store; anything else is 404.

    Only working stores are served. The connection is back on the public schema when the request ends.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        leave_tenant()
        host = canonical_host(request.META.get("HTTP_HOST", ""))
        if host in settings.PLATFORM_HOSTS:
            return self._serve_platform(request)
        try:
            tenant = find_tenant(host) if host else None
        except DatabaseError:
            logger.exception("the store of a host could not be looked up")
            return _refuse_for_now()
        if tenant is None or tenant.state == TenantState.DELETED:
            return answer_unknown(request)
        if not tenant.is_open_for_work:
            return answer_closed(request, tenant)
        if tenant.primary_host and host != tenant.primary_host and _belongs_to_the_primary_host(request):
            return _redirect_to(tenant.primary_host, request)
        request.tenant = tenant
        request.urlconf = settings.ROOT_URLCONF
        set_urlconf(settings.ROOT_URLCONF)
        with in_tenant(tenant):
            return self.get_response(request)

    def _serve_platform(self, request: HttpRequest) -> HttpResponse:
        request.tenant = None
        request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        set_urlconf(settings.PUBLIC_SCHEMA_URLCONF)
        try:
            return self.get_response(request)
        finally:
            leave_tenant()


def _refuse_for_now() -> HttpResponse:
    headers = {"Retry-After": "10", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


def _belongs_to_the_primary_host(request: HttpRequest) -> bool:
    """Tell whether this is a read of the storefront: work, machines and everything that changes something stay where they are."""
    if request.method not in ("GET", "HEAD") or "preview" in request.GET:
        return False
    path = request.path_info
    language, _slash, rest = path.removeprefix("/").partition("/")
    if language in _LANGUAGES:
        path = f"/{rest}"
    return path not in STAYS and not path.startswith(STAYS_BELOW)


def _redirect_to(host: str, request: HttpRequest) -> HttpResponse:
    """Answer with the same path and query on a host from our own records.

    Browsers may keep the answer for five minutes only, or two hosts that swap roles would send their visitors in circles.
    """
    address = f"{settings.PUBLIC_SCHEME}://{host}{settings.PUBLIC_PORT_SUFFIX}{request.get_full_path()}"
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "max-age=300"
    return response


class DashboardMiddleware:
    """Let nobody below /dashboard/ who has no place in this store, and nobody do what the role there does not allow.

    Asked on every request anew, with one query: is there a place, is the person active, has the role the right that the view
    names. A view that names none is refused, and so is a view with a mark that stands anywhere else.
    """

    OPEN_PATHS = ("/dashboard/enter/", "/dashboard/support-access/enter/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership, request.permissions = None, frozenset()
        if not self._is_guarded(request):
            return self.get_response(request)
        if not request.user.is_authenticated:
            if "HX-Request" in request.headers:
                # A page that looks again by itself: only the whole page can be led to another host.
                return HttpResponse(headers={"HX-Refresh": "true"})
            target = urlencode({"store": request.tenant.slug, "next": page_asked_for(request)})
            return redirect(platform_url(f"/login/?{target}"))
        membership = find_membership(user=request.user, tenant=request.tenant)
        if membership is None:
            return render(request, "403.html", status=403)
        request.membership, request.permissions = membership, permissions_of(membership.role)
        with acting(user_id=request.user.pk, name=request.user.get_username(), role=membership.role):
            note_visit(membership=membership, now=utc_now())
            response = self.get_response(request)
            if request.method not in SAFE_METHODS and response.status_code < HTTPStatus.BAD_REQUEST:
                record_deed(request)
            return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        access = find_access(view)
        if request.resolver_match is not None:
            note_route(request.resolver_match.url_name or "")
        if request.membership is None and access is None:
            return None
        if access is None or request.membership is None:
            logger.error(
                "%s is refused: a page of the dashboard without a mark, or a marked one elsewhere", request.path
            )
            return render(request, "403.html", status=403)
        permission = access.needed_for(request.method)
        if permission is None or permission in request.permissions:
            return None
        logger.warning("user %s may not %s", request.user.pk, permission)
        return _refuse_member(request, permission)

    def _is_guarded(self, request: HttpRequest) -> bool:
        path = request.path_info
        is_dashboard = path == "/dashboard" or path.startswith("/dashboard/")
        return request.tenant is not None and is_dashboard and path not in self.OPEN_PATHS


def _refuse_member(request: HttpRequest, permission: str) -> HttpResponse:
    """Say which right is missing and who can give it, within the page for what htmx asked."""
    context = {
        "role": request.membership.get_role_display(),
        "right": Permission(permission).label if permission in Permission.values else permission,
        "owners": [owner.display_name for owner in list_owners(request.tenant)],
        "is_change": request.method not in SAFE_METHODS,
    }
    template = "tenants/_refused.html" if request.htmx else "tenants/refused.html"
    return render(request, template, context, status=403)
