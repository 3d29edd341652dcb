"""The merchant's pages of carts left behind."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.recovery.enums import Outcome
from storefront.recovery.forms import RecoveryForm
from storefront.recovery.models import AbandonedCart
from storefront.recovery.selectors import VIEWS, get_figures, get_settings, list_abandoned
from storefront.recovery.services import save_settings
from tenants.people.permissions import Permission

ROWS = 50
_LOOKS = {Outcome.WAITING: "wait", Outcome.MAILED: "done"}


@needs(Permission.ORDERS_VIEW)
@require_GET
def abandoned(request: HttpRequest) -> HttpResponse:
    """List what was left behind, who was reminded, and what they bought then."""
    view, text = request.GET.get("view", "all"), request.GET.get("q", "").replace("\0", "").strip()[:80]
    view = view if view in VIEWS else "all"
    page = Paginator(list_abandoned(view=view, text=text), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(one) for one in page.object_list],
        "views": _views(view),
        "view": view,
        "text": text,
        "keep": {"view": view},
        "figures": get_figures(now=utc_now()),
        "settings": get_settings(),
        "crumbs": [{"label": _("Orders"), "url": reverse("dashboard_orders")}],
    }
    return render(request, "recovery/dashboard/list.html", context)


@needs(Permission.ORDERS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and keep whether, whom and when the store reminds."""
    chosen = get_settings()
    initial = {name: getattr(chosen, name) for name in ("is_on", "rule", "after_hours", "code")}
    form = RecoveryForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _save(form):
        messages.success(request, _("Saved."))
        return redirect("dashboard_abandoned_settings")
    context = {"form": form, "crumbs": [{"label": _("Carts left behind"), "url": reverse("dashboard_abandoned")}]}
    return render(request, "recovery/dashboard/settings.html", context, status=422 if form.errors else 200)


def _save(form: RecoveryForm) -> bool:
    try:
        save_settings(**form.cleaned_data, now=utc_now())
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def _row(one: AbandonedCart) -> dict[str, Any]:
    ordered_at = getattr(one, "order_at", None)
    return {
        "cart": one,
        "name": one.customer.name or one.email,
        "look": _LOOKS.get(Outcome(one.outcome), ""),
        "order_id": getattr(one, "order_id", None),
        "order_name": getattr(one, "order_name", ""),
        "is_recovered": bool(ordered_at and one.mailed_at and ordered_at >= one.mailed_at),
        "more_count": one.items_count - 1,
    }


def _views(view: str) -> list[dict[str, Any]]:
    labels = {
        "all": _("All"),
        "reminded": _("Reminded"),
        "recovered": pgettext("carts", "Came back and bought"),
        "not_reminded": _("Not reminded"),
    }
    base = reverse("dashboard_abandoned")
    return [
        {
            "label": labels[key],
            "url": f"{base}?{urlencode({'view': key})}" if key != "all" else base,
            "current": key == view,
        }
        for key in VIEWS
    ]


urlpatterns = [
    path("", abandoned, name="dashboard_abandoned"),
    path("settings/", settings, name="dashboard_abandoned_settings"),
]
