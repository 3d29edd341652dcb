"""What a visitor sees where no store serves: that it is closed, never why, or that there is none."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from core.http import HttpRequest
from tenants.enums import TenantState
from tenants.models import Tenant
from tenants.selectors import platform_url

RETRY_AFTER_SECONDS = {TenantState.PROVISIONING: 10}
RETRY_LATER_SECONDS = 600
MACHINES = ("/api/", "/webhooks/", "/.well-known/", "/e")


def answer_closed(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Answer for a store outside its working states: its people are led to their stores, machines and shoppers told to wait."""
    path = request.path_info
    if path == "/dashboard" or path.startswith("/dashboard/"):
        return _keep_to_ourselves(redirect(platform_url("/stores/")))
    with override(_language_of(path, tenant)):
        retry_after = RETRY_AFTER_SECONDS.get(TenantState(tenant.state), RETRY_LATER_SECONDS)
        response = _problem() if path.startswith(MACHINES) else _page(tenant, retry_after)
    response["Retry-After"] = str(retry_after)
    return _keep_to_ourselves(response)


def answer_unknown(request: HttpRequest) -> HttpResponse:
    """Answer for a host that no store has, in the visitor's language and without a word of the request."""
    with override(get_language_from_request(request)):
        page = render_to_string("tenants/unknown.html", {"stores_url": platform_url("/stores/")})
    return _keep_to_ourselves(HttpResponse(page, status=404))


def _page(tenant: Tenant, retry_after: int) -> HttpResponse:
    context = {
        "store": tenant,
        "is_new": tenant.state == TenantState.PROVISIONING,
        "retry_after": retry_after,
        "stores_url": platform_url("/stores/"),
    }
    return HttpResponse(render_to_string("tenants/closed.html", context), status=503)


def _problem() -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": _("The store is closed"),
        "status": 503,
        "code": "store_closed",
        "detail": _("This store is closed for now. Nothing was changed. Ask again later."),
    }
    return JsonResponse(body, status=503, content_type="application/problem+json")


def _keep_to_ourselves(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def _language_of(path: str, tenant: Tenant) -> str:
    """Return the language that the address names, else the store's."""
    named = path.split("/", 2)[1] if path.count("/") > 1 else ""
    return named if named in dict(settings.LANGUAGES) else tenant.language
