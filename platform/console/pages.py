"""The owner's console: stores, their subscriptions, the money, and the switch that closes a store."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics.operator.selectors import platform_summary
from billing.invoices.selectors import list_invoices
from console.selectors import VIEWS, get_store, list_stores
from core.clock import utc_now
from core.http import HttpRequest
from tenants.selectors import store_url
from tenants.services import resume_tenant, suspend_tenant


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    context = {
        "summary": platform_summary(utc_now()),
        "page": list_stores(view=view, query=query, page=request.GET.get("page", "1")),
        "view": view,
        "query": query,
        "views": [
            {"label": label, "url": f"?view={key}", "current": key == view}
            for key, label in (
                ("all", _("All")),
                ("selling", _("Paying")),
                ("trial", _("On trial")),
                ("closed", _("Checkout closed")),
                ("suspended", _("Suspended")),
            )
        ],
    }
    return render(request, "console/home.html", context)


@require_GET
def store(request: HttpRequest, pk: int) -> HttpResponse:
    tenant = get_store(pk)
    if tenant is None:
        raise Http404
    context = {
        "tenant": tenant,
        "url": store_url(tenant),
        "subscription": getattr(tenant, "subscription", None),
        "invoices": list_invoices(tenant, limit=6),
        "events": tenant.events.order_by("-created_at", "-pk")[:20],
    }
    return render(request, "console/store.html", context)


@require_POST
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        messages.error(request, _("Say why: the reason is kept in the store’s log. Nothing was changed."))
        return redirect("console_store", pk=pk)
    tenant = suspend_tenant(tenant_id=pk, reason=reason, actor=request.user.get_username(), now=utc_now())
    messages.success(request, _("%(name)s is suspended. Its data stays.") % {"name": tenant.name})
    return redirect("console_store", pk=pk)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    tenant = resume_tenant(tenant_id=pk, actor=request.user.get_username(), now=utc_now())
    messages.success(request, _("%(name)s is open again.") % {"name": tenant.name})
    return redirect("console_store", pk=pk)


urlpatterns = [
    path("", home, name="console_home"),
    path("stores/<int:pk>/", store, name="console_store"),
    path("stores/<int:pk>/suspend/", suspend, name="console_suspend"),
    path("stores/<int:pk>/resume/", resume, name="console_resume"),
]
