"""Two customers who are one person are made one, at the merchant's word."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import NotFound, ShopsteadError
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.customers.errors import CustomerNotFound
from storefront.customers.models import Customer
from storefront.customers.selectors import (
    CustomerFilter,
    compare_customers,
    find_former,
    get_customer,
    list_alike,
    list_customers,
    list_merge_obstacles,
)
from storefront.customers.services import merge_customers
from tenants.people.permissions import Permission

MOST_FOUND = 20


@needs(Permission.CUSTOMERS_EDIT)
@require_GET
def choose_other(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the other customer: `q` is looked for, without it those are shown who may be the same person."""
    customer = _get_living(pk)
    wanted = CustomerFilter.read(request.GET)
    rows = (
        list_customers(wanted=CustomerFilter(text=wanted.text), now=utc_now()).exclude(pk=pk)[:MOST_FOUND]
        if wanted.text
        else list_alike(customer)
    )
    context = {
        "customer": customer,
        "name": _name(customer),
        "text": wanted.text,
        "rows": [(other, _name(other)) for other in rows],
        "crumbs": _crumbs(customer),
    }
    return render(request, "customers/dashboard/merge_choose.html", context)


@needs(Permission.CUSTOMERS_EDIT)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Show two customers side by side, and make them one; `keep` says whose address stays."""
    if pk == other_pk:
        raise CustomerNotFound(_("This is one customer already. Choose another one."))
    if (done := _answer_done(pk, other_pk)) is not None:
        return done
    customer, other = _get_living(pk), _get_living(other_pk)
    stays, goes = _sort(customer, other, request.POST.get("keep") or request.GET.get("keep", ""))
    if request.method == "POST":
        return _merge(request, stays, goes)
    context = {
        "customer": customer,
        "both": (customer, other),
        "stays": stays,
        "goes": goes,
        "stays_name": _name(stays),
        "goes_name": _name(goes),
        "rows": compare_customers(
            stays,
            goes,
            permissions=request.permissions,
            currency=current_tenant().currency,
            language=get_language() or "en",
        ),
        "obstacles": list_merge_obstacles(stays, goes),
        "crumbs": _crumbs(customer),
    }
    return render(request, "customers/dashboard/merge.html", context)


def _merge(request: HttpRequest, stays: Customer, goes: Customer) -> HttpResponse:
    try:
        merge_customers(stays_id=stays.pk, goes_id=goes.pk, actor=request.user.get_username(), now=utc_now())
    except NotFound:
        done = _answer_done(stays.pk, goes.pk)
        if done is None:
            raise
        return done
    except ShopsteadError as error:
        messages.error(request, str(error))
        return redirect("dashboard_customer_merge", pk=stays.pk, other_pk=goes.pk)
    messages.success(request, _("They are one customer now."))
    return redirect("dashboard_customer", pk=stays.pk)


def _answer_done(pk: int, other_pk: int) -> HttpResponse | None:
    """Lead on to who two customers are, where one of them was made one with another already."""
    for key in (pk, other_pk):
        former = find_former(key)
        if former is not None:
            return redirect("dashboard_customer", pk=former.customer_id)
    return None


def _get_living(pk: int) -> Customer:
    customer = get_customer(pk)
    if customer.erased_at is not None:
        raise CustomerNotFound(_("This customer was deleted before."))
    return customer


def _sort(customer: Customer, other: Customer, keep: str) -> tuple[Customer, Customer]:
    """Return who stays and who goes: as it was chosen, else whoever has an account, then whoever bought more."""
    if keep == str(customer.pk):
        return customer, other
    if keep == str(other.pk):
        return other, customer
    stays, goes = sorted((customer, other), key=lambda one: (one.has_account, one.orders_count), reverse=True)
    return stays, goes


def _name(customer: Customer) -> str:
    return customer.name or customer.email


def _crumbs(customer: Customer) -> list[dict[str, Any]]:
    return [
        {"label": _("Customers"), "url": reverse("dashboard_customers")},
        {"label": _name(customer), "url": reverse("dashboard_customer", args=[customer.pk])},
    ]
