"""Many versions at once, as in a spreadsheet."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.dashboard.taking_back import offer_undo, undo_words
from storefront.catalog.errors import VariantsRefused
from storefront.catalog.forms.grid import COLUMNS, DEFAULT_COLUMNS, Grid
from storefront.catalog.models import ChangeSet, ProductVariant
from storefront.catalog.services import edit_variants, record_change_set, snapshot_products
from tenants.people.permissions import Permission

PRODUCTS = 200
ROWS = 100


@needs(Permission.PRODUCTS_EDIT)
def grid(request: HttpRequest) -> HttpResponse:
    """Show the versions of the products in the address as cells, and write those that changed, all or none."""
    ids, columns = _read_ids(request.GET), _read_columns(request.GET)
    page = _find_page(request, ids)
    variants = list(page.object_list)
    currency = current_tenant().currency
    if request.method != "POST":
        return _show(request, Grid(variants, columns, currency), page, ids)
    sheet = Grid(variants, columns, currency, request.POST.dict())
    edits = sheet.edits()
    problem = ""
    if not sheet.errors:
        try:
            done = _save(edits, request.user.get_username()) if edits else None
        except VariantsRefused as error:
            sheet.place(error.problems)
        except ShopsteadError as error:
            problem = str(error)
        else:
            if done is not None:
                offer_undo(request, change_set_id=done.pk, words=done.title, back=request.get_full_path())
            return redirect(request.get_full_path())
    return _show(request, sheet, page, ids, problem=problem, status=422)


def _save(edits: dict[int, dict[str, Any]], actor: str) -> ChangeSet | None:
    now = utc_now()
    count = sum(len(edit) for edit in edits.values())
    with transaction.atomic():
        ids = set(ProductVariant.objects.filter(pk__in=edits).values_list("product_id", flat=True))
        before = snapshot_products(sorted(ids))
        edit_variants(edits=edits, actor=actor, now=now)
        title = ngettext("Saved %(num)s cell.", "Saved %(num)s cells.", count) % {"num": count}
        return record_change_set(title=title, before=before, product_ids=before, actor=actor, now=now)


def _show(
    request: HttpRequest,
    sheet: Grid,
    page: "Page[ProductVariant]",
    ids: list[int],
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    labels = column_labels()
    here = ",".join(map(str, ids))
    context = {
        "sheet": sheet,
        "page": page,
        "problem": problem,
        "ids": here,
        "heads": [(name, labels[name], name not in ("sku", "barcode", "tax_class")) for name in sheet.columns],
        "picker": [(name, label, name in sheet.columns) for name, label in labels.items()],
        "discard": request.get_full_path(),
        "undo_words": undo_words(request) if status == 200 else "",
        "crumbs": [{"label": _("Products"), "url": reverse("dashboard_products")}],
    }
    return render(request, "catalog/dashboard/grid.html", context, status=status)


def column_labels() -> dict[str, str]:
    """Return the heads of the columns that can be edited."""
    return {
        "price": _("Price"),
        "compare_at": _("Compare-at"),
        "cost": _("Cost"),
        "stock": _("In stock"),
        "sku": _("SKU"),
        "barcode": _("Barcode"),
        "weight": _("Weight, g"),
        "tax_class": _("Tax class"),
    }


def grid_address(product_ids: list[int]) -> str:
    """Return the address of the grid for these products, as many as it takes."""
    query = urlencode({"ids": ",".join(map(str, product_ids[:PRODUCTS]))}, safe=",")
    return f"{reverse('dashboard_products_grid')}?{query}"


def _find_page(request: HttpRequest, ids: list[int]) -> "Page[ProductVariant]":
    variants = ProductVariant.objects.filter(product_id__in=ids).select_related("product")
    return Paginator(variants.order_by("product__title", "product_id", "position"), ROWS).get_page(
        request.GET.get("page")
    )


def _read_ids(given: QueryDict) -> list[int]:
    parts = given.get("ids", "")[:8000].split(",")
    ids = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]
    return list(dict.fromkeys(ids))[:PRODUCTS]


def _read_columns(given: QueryDict) -> list[str]:
    asked = {part for text in given.getlist("columns") for part in text[:400].split(",")}
    return [name for name in COLUMNS if name in asked] or list(DEFAULT_COLUMNS)
