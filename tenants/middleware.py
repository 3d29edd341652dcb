"""From a host name to a store, and from a person to the dashboard: both refuse by default."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import set_urlconf

from core.http import HttpRequest
from core.tenancy import in_tenant, leave_tenant
from tenants.enums import TenantState
from tenants.hosts import canonical_host, find_tenant
from tenants.selectors import find_membership, platform_url

RETRY_AFTER_SECONDS = "600"

Handler = Callable[[HttpRequest], HttpResponse]


class TenantMiddleware:
    """Send the platform's host to the platform's pages and a store's host into that store; anything else is 404.

    Only ready stores are served. The connection is back on the public schema when the request ends.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        leave_tenant()
        host = canonical_host(request.META.get("HTTP_HOST", ""))
        if host in settings.PLATFORM_HOSTS:
            return self._serve_platform(request)
        tenant = find_tenant(host) if host else None
        if tenant is None or tenant.state in (TenantState.DELETING, TenantState.DELETED):
            return self._refuse("404.html", status=404)
        if not tenant.is_open_for_work:
            response = self._refuse("503.html", status=503)
            response["Retry-After"] = RETRY_AFTER_SECONDS
            return response
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

    def _refuse(self, template: str, *, status: int) -> HttpResponse:
        response = HttpResponse(render_to_string(template), status=status)
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "no-store"
        return response


class DashboardMiddleware:
    """Let nobody below /dashboard/ who has no place in this store, on every request anew."""

    OPEN_PATHS = ("/dashboard/enter/",)

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None
        is_dashboard = request.path_info == "/dashboard" or request.path_info.startswith("/dashboard/")
        if request.tenant is None or not is_dashboard or request.path_info in self.OPEN_PATHS:
            return self.get_response(request)
        if request.user.is_authenticated:
            request.membership = find_membership(user=request.user, tenant=request.tenant)
            if request.membership is not None:
                return self.get_response(request)
            return render(request, "403.html", status=403)
        target = urlencode({"store": request.tenant.slug, "next": request.get_full_path()})
        return redirect(platform_url(f"/login/?{target}"))
