"""The merchant's pages for currencies: which there are, how their prices are made, and prices set by hand."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.catalog.dashboard.merging import Clash, Page
from storefront.catalog.enums import RateSource
from storefront.catalog.forms.currencies import FixedPricesForm, NewCurrencyForm, PriceListForm, name_currency
from storefront.catalog.locks import lock_product
from storefront.catalog.models import PriceList
from storefront.catalog.selectors import get_product
from storefront.catalog.selectors.price_lists import (
    find_warning,
    get_price_list,
    list_examples,
    list_fixed_cells,
    list_price_lists,
)
from storefront.catalog.services.fixed_prices import set_fixed_prices
from storefront.catalog.services.price_lists import (
    add_price_list,
    answer_held_rate,
    remove_price_list,
    switch_price_list,
    update_price_list,
)
from storefront.catalog.shown import to_prices
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
def currencies(request: HttpRequest) -> HttpResponse:
    """Show the currencies of the store and add one."""
    own, rows = request.tenant.currency, list_price_lists()
    form = NewCurrencyForm(
        request.POST if request.method == "POST" else None, own=own, taken=[row.currency for row in rows]
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = add_price_list(
                currency=data["currency"], rate=data["rate"], actor=request.user.get_username(), now=utc_now()
            )
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("dashboard_currency", pk=row.pk)
    shown = [{**_describe(row, own), "example": next(iter(list_examples(_prices(row))), None)} for row in rows]
    context = {"rows": shown, "form": form, "own": own, "own_name": name_currency(own), "crumbs": _settings()}
    return render(request, "catalog/dashboard/currencies/list.html", context, status=422 if form.is_bound else 200)


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
def currency(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a currency's prices are made, with prices of the store's own goods; change it, switch it on and off."""
    own, row = request.tenant.currency, get_price_list(pk)
    form = PriceListForm(request.POST if request.method == "POST" else None, row=row, own=own)
    is_tried = request.method == "POST" and "preview" in request.POST
    if request.method == "POST" and not is_tried:
        try:
            if _carry_out(request, row, form):
                return redirect("dashboard_currencies" if "remove" in request.POST else request.path)
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    # Trying something out changes nothing, and is no line of the log: 422 says so.
    context = {
        "form": form,
        "row": row,
        **_describe(row, own),
        "own": own,
        "examples": list_examples(_prices(form.tried() if form.is_bound else row)),
        "crumbs": [*_settings(), {"label": _("Currencies"), "url": reverse("dashboard_currencies")}],
    }
    return render(
        request, "catalog/dashboard/currencies/edit.html", context, status=422 if form.errors or is_tried else 200
    )


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
def product_prices(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a product's prices in further currencies and set them by hand."""
    if request.method == "POST":
        return _save_product_prices(request, pk)
    lists, rows = list_fixed_cells(pk)
    form = FixedPricesForm(lists=lists, rows=rows)
    return _show_product_prices(request, pk, form, Page([form]))


@transaction.atomic
def _save_product_prices(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed; what somebody else has saved meanwhile stays, and both are asked where both changed the same."""
    lock_product(pk)
    lists, rows = list_fixed_cells(pk)
    page = Page([FixedPricesForm(lists=lists, rows=rows)])
    sent, clashes = page.merge(request.POST)
    form = FixedPricesForm(sent, lists=lists, rows=rows)
    if form.is_valid() and not clashes:
        try:
            set_fixed_prices(product_id=pk, prices=form.prices(), actor=request.user.get_username(), now=utc_now())
        except InvalidInput as error:
            name = f"p-{error.field}"
            form.add_error(name if name in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    return _show_product_prices(request, pk, form, page, clashes=clashes, status=422)


def _show_product_prices(
    request: HttpRequest,
    pk: int,
    form: FixedPricesForm,
    page: Page,
    *,
    clashes: Sequence[Clash] = (),
    status: int = 200,
) -> HttpResponse:
    product = get_product(pk)
    context = {
        "form": form,
        "was": page.was(),
        "clashes": clashes,
        "product": product,
        "lists": form.lists,
        "own": request.tenant.currency,
        "crumbs": [
            {"label": _("Products"), "url": reverse("dashboard_products")},
            {"label": product.title, "url": reverse("dashboard_product", args=[pk])},
        ],
    }
    return render(request, "catalog/dashboard/currencies/product.html", context, status=status)


def _carry_out(request: HttpRequest, row: PriceList, form: PriceListForm) -> bool:
    """Do what was asked; False when the page has to say what is wrong.

    Raises: InvalidInput.
    """
    asked: dict[str, Any] = {"list_id": row.pk, "actor": request.user.get_username(), "now": utc_now()}
    said = {"currency": row.currency}
    if "remove" in request.POST:
        remove_price_list(**asked)
        messages.success(request, _("Prices in %(currency)s are removed.") % said)
    elif "held" in request.POST:
        answer_held_rate(is_taken=request.POST["held"] == "take", **asked)
        messages.success(request, _("Saved."))
    elif "switch" in request.POST:
        is_on = request.POST["switch"] == "on"
        switch_price_list(is_enabled=is_on, **asked)
        text = _("Shoppers can choose %(currency)s now.") if is_on else _("Shoppers do not see %(currency)s any more.")
        messages.success(request, text % said)
    elif form.is_valid():
        update_price_list(draft=form.draft(), **asked)
        messages.success(request, _("Saved."))
    else:
        return False
    return True


def _prices(row: PriceList) -> Any:
    return to_prices(row, has_fixed=bool(row.pk and getattr(row, "fixed_count", 0)))


def _describe(row: PriceList, own: str) -> dict[str, Any]:
    change = (row.held_rate / row.rate - 1) * 100 if row.held_rate is not None else None
    return {
        "row": row,
        "name": name_currency(row.currency),
        "rate": f"{row.rate.normalize():f}",
        "held_rate": f"{row.held_rate.normalize():f}" if row.held_rate is not None else "",
        "held_percent": f"{abs(change):.0f}" if change is not None else "",
        "held_is_more": change is not None and change > 0,
        "is_automatic": row.rate_source == RateSource.ECB,
        "warning": find_warning(row, own=own, now=utc_now()),
    }


def _settings() -> list[dict[str, str]]:
    return [{"label": _("Settings"), "url": reverse("dashboard_settings")}]


urlpatterns = [
    path("currencies/", currencies, name="dashboard_currencies"),
    path("currencies/<int:pk>/", currency, name="dashboard_currency"),
]
