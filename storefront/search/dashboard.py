"""The merchant's pages of search: what was asked, words that mean the same, the filters' order."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.search.filters import KIND_LABELS
from storefront.search.forms import LeadForm, SynonymForm
from storefront.search.selectors import get_layout, get_report, list_leads, list_places, list_synonyms
from storefront.search.services import arrange_filters, remove_lead, remove_synonym, save_lead, save_synonym
from tenants.models import Tenant
from tenants.people.permissions import Permission
from tenants.selectors import default_host, store_url

DAYS = 30


@needs(Permission.PRODUCTS_VIEW)
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """Show what shoppers asked for in the last days, first what found nothing."""
    told = get_report(since=utc_now() - timedelta(days=DAYS))
    return render(request, "search/dashboard/report.html", _frame("report") | {"report": told, "days": DAYS})


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
@require_http_methods(["GET", "POST"])
def synonyms(request: HttpRequest) -> HttpResponse:
    """Show words that mean the same; add, change and remove them."""
    if request.method != "POST":
        return _show_synonyms(request, SynonymForm(initial={"terms": request.GET.get("term", "")[:200]}), 200)
    chosen = request.POST.get("synonym", "")
    number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    if "remove" in request.POST and number is not None:
        remove_synonym(synonym_id=number, actor=request.user.get_username())
        messages.success(request, _("Removed. Search no longer knows that these words mean the same."))
        return redirect("dashboard_search_synonyms")
    form = SynonymForm(request.POST)
    if form.is_valid():
        try:
            save_synonym(
                terms=form.words("terms"),
                meanings=form.words("meanings"),
                synonym_id=number,
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Search uses it from now on."))
            return redirect("dashboard_search_synonyms")
    return _show_synonyms(request, form, 422)


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
@require_http_methods(["GET", "POST"])
def leads(request: HttpRequest) -> HttpResponse:
    """Show searches that lead to a page at once; add, change and remove them."""
    if request.method != "POST":
        return _show_leads(request, LeadForm(initial={"terms": request.GET.get("term", "")[:200]}), 200)
    chosen = request.POST.get("lead", "")
    if "remove" in request.POST and chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        remove_lead(lead_id=int(chosen), actor=request.user.get_username())
        messages.success(request, _("Removed. Shoppers see what search finds again."))
        return redirect("dashboard_search_leads")
    form = LeadForm(request.POST)
    if form.is_valid():
        try:
            save_lead(
                texts=form.words("terms"),
                path=form.cleaned_data["path"],
                hosts=_hosts(request.tenant),
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Search uses it from now on."))
            return redirect("dashboard_search_leads")
    return _show_leads(request, form, 422)


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
@require_http_methods(["GET", "POST"])
def filters(request: HttpRequest) -> HttpResponse:
    """Show and change which filters shoppers see, in which order."""
    if request.method == "POST":
        told = request.POST
        places = [(_place(told.get(f"place-{kind}", "")), kind, f"show-{kind}" in told) for kind in KIND_LABELS]
        arrange_filters(
            layout=[(kind, is_shown) for _number, kind, is_shown in sorted(places)], actor=request.user.get_username()
        )
        messages.success(request, _("Saved. Your store shows it now."))
        return redirect("dashboard_search_filters")
    rows = [(kind, KIND_LABELS[kind], is_shown) for kind, is_shown in get_layout()]
    return render(request, "search/dashboard/filters.html", _frame("filters") | {"rows": rows})


def _show_synonyms(request: HttpRequest, form: SynonymForm, status: int) -> HttpResponse:
    context = _frame("synonyms") | {"form": form, "synonyms": list_synonyms()}
    return render(request, "search/dashboard/synonyms.html", context, status=status)


def _show_leads(request: HttpRequest, form: LeadForm, status: int) -> HttpResponse:
    context = _frame("leads") | {"form": form, "leads": list_leads(), "places": list_places()}
    return render(request, "search/dashboard/leads.html", context, status=status)


def _hosts(tenant: Tenant) -> frozenset[str]:
    return frozenset({urlsplit(store_url(tenant, "/")).hostname or "", default_host(tenant.slug)})


def _frame(current: str) -> dict[str, Any]:
    tabs = {
        "report": _("What shoppers look for"),
        "synonyms": _("Synonyms"),
        "leads": _("Shortcuts"),
        "filters": _("Filters"),
    }
    names = {
        "report": "dashboard_search",
        "synonyms": "dashboard_search_synonyms",
        "leads": "dashboard_search_leads",
        "filters": "dashboard_search_filters",
    }
    return {"tabs": [{"label": tabs[key], "url": reverse(names[key]), "current": key == current} for key in tabs]}


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 99


urlpatterns = [
    path("", report, name="dashboard_search"),
    path("synonyms/", synonyms, name="dashboard_search_synonyms"),
    path("shortcuts/", leads, name="dashboard_search_leads"),
    path("filters/", filters, name="dashboard_search_filters"),
]
