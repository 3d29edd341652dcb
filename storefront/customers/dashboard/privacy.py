"""A customer's data, handed over or deleted at the merchant's word."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.errors import ExportNotFound
from storefront.customers.models import ErasureReceipt
from storefront.customers.selectors import get_customer, get_receipt, get_store_export, list_receipts
from storefront.customers.services.erasing import count_traces, list_obstacles, start_erasure
from storefront.customers.services.exporting import start_export
from tenants.people.permissions import Permission

PER_PAGE = 50


@needs(Permission.CUSTOMERS_EDIT)
@require_POST
def export_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a customer's data together, as a job."""
    job = start_export(
        customer_id=pk, language=get_language() or "en", actor=request.user.get_username(), now=utc_now()
    )
    return redirect("dashboard_job", token=job.token)


@needs(Permission.CUSTOMERS_EDIT)
@require_GET
def data_file(request: HttpRequest, pk: int, export_id: int) -> HttpResponseBase:
    """Hand a copy of a customer's data over."""
    export = get_store_export(customer_id=pk, export_id=export_id, now=utc_now())
    try:
        file = storages["private"].open(export.path)
    except OSError as error:
        raise ExportNotFound(_("This copy is gone; it is kept for seven days. Ask for a new one.")) from error
    return FileResponse(file, as_attachment=True, filename=f"customer-{pk}.zip")


@needs(Permission.CUSTOMERS_EDIT)
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes and what stays, and delete a customer's data, as a job."""
    customer = get_customer(pk)
    if request.method == "POST":
        try:
            job = start_erasure(
                customer_id=pk, language=get_language() or "en", actor=request.user.get_username(), now=utc_now()
            )
        except ShopsteadError as error:
            messages.error(request, str(error))
            return redirect("dashboard_customer", pk=pk)
        return redirect("dashboard_job", token=job.token)
    counts = count_traces(customer)
    context = {
        "customer": customer,
        "name": customer.name or customer.email,
        "obstacles": list_obstacles(pk),
        "kept": counts.pop("orders", 0),
        "removed": _say(counts),
        "crumbs": [
            {"label": _("Customers"), "url": reverse("dashboard_customers")},
            {"label": customer.name or customer.email, "url": reverse("dashboard_customer", args=[pk])},
        ],
    }
    return render(request, "customers/dashboard/erase.html", context)


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def erasures(request: HttpRequest) -> HttpResponse:
    """Show who was erased, in numbers alone."""
    page = Paginator(list_receipts(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "customers/dashboard/erasures.html", {"page": page, "crumbs": _crumbs()})


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def erasure(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the receipt of an erasure, for print."""
    receipt = get_receipt(reference)
    crumbs = [*_crumbs(), {"label": _("Deleted customers"), "url": reverse("dashboard_erasures")}]
    return render(request, "customers/dashboard/erasure.html", {"crumbs": crumbs, **_describe(receipt)})


def _describe(receipt: ErasureReceipt) -> dict[str, Any]:
    return {"receipt": receipt, "kept": receipt.kept.get("orders", 0), "removed": _say(receipt.removed)}


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Customers"), "url": reverse("dashboard_customers")}]


def _say(counts: dict[str, int]) -> list[str]:
    """Return what a customer has left in each part of the store: ``2 addresses``."""
    words = {
        "addresses": lambda n: ngettext("%(n)s postal address", "%(n)s postal addresses", n),
        "sign_ins": lambda n: ngettext("%(n)s place signed in", "%(n)s places signed in", n),
        "consents": lambda n: ngettext(
            "%(n)s line in the ledger of consents", "%(n)s lines in the ledger of consents", n
        ),
        "letters": lambda n: ngettext("%(n)s line in the ledger of letters", "%(n)s lines in the ledger of letters", n),
        "reviews": lambda n: ngettext("%(n)s review", "%(n)s reviews", n),
        "saved": lambda n: ngettext("%(n)s saved item", "%(n)s saved items", n),
        "conversations": lambda n: ngettext("%(n)s conversation", "%(n)s conversations", n),
        "looked_at": lambda n: ngettext("%(n)s product looked at", "%(n)s products looked at", n),
        "stock_alerts": lambda n: ngettext("%(n)s wish to be told", "%(n)s wishes to be told", n),
    }
    return [words[name](count) % {"n": count} for name, count in counts.items() if name in words and count]
