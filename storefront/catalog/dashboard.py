"""The merchant's pages for products."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.forms import NewProductForm, ProductForm
from storefront.catalog.jinja import picture
from storefront.catalog.models import Product
from storefront.catalog.selectors import count_views, get_product, list_images, list_products, list_variants
from storefront.catalog.services import restore_statuses, save_product, set_status, start_product
from tenants.people.permissions import Permission
from tenants.selectors import store_url

ROWS = 25
LOW_STOCK = 5
UNDO_KEY = "catalog_undo"


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Show the products of a tab, or those a search finds."""
    view, query, sort = _state(request)
    found = list_products(view=view, query=query, sort=sort)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    counts = count_views()
    undo = request.session.get(UNDO_KEY)
    if undo:
        # Shown once; the statuses stay until they are used or replaced.
        request.session[UNDO_KEY] = {**undo, "words": ""}
    return render(
        request,
        "catalog/dashboard/list.html",
        {
            "page": page,
            "rows": [_row(product) for product in page.object_list],
            "view": view,
            "query": query,
            "sort": sort,
            "sorts": [(label, _address(view, query, name), name == sort) for name, label in _sorts()],
            "views": [
                {"label": label, "count": counts[name], "url": _address(name, "", sort), "current": name == view}
                for name, label in _tabs()
            ],
            "keep": {"view": view, "sort": sort},
            "is_empty": not counts["all"],
            "undo_words": undo["words"] if undo else "",
        },
    )


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Publish, archive or make drafts of the ticked products, or of all that match."""
    view, query, sort = _state(request)
    wanted = {"publish": ProductStatus.ACTIVE, "archive": ProductStatus.ARCHIVED, "draft": ProductStatus.DRAFT}
    status = wanted.get(request.POST.get("action", ""))
    if request.POST.get("all"):
        ids = list(list_products(view=view, query=query).values_list("pk", flat=True))
    else:
        ids = [
            int(pick) for pick in request.POST.getlist("pick") if pick.isascii() and pick.isdigit() and len(pick) < 19
        ]
    if status is not None and ids:
        before = set_status(product_ids=ids, status=status, actor=request.user.get_username(), now=utc_now())
        request.session[UNDO_KEY] = {"statuses": before, "words": _said(status, len(before))}
    return redirect(_address(view, query, sort))


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Give the products of the last bulk action the statuses they had."""
    left = request.session.pop(UNDO_KEY, None)
    if left and left["statuses"]:
        statuses = {int(pk): status for pk, status in left["statuses"].items()}
        restore_statuses(statuses=statuses, actor=request.user.get_username(), now=utc_now())
    return redirect("dashboard_products")


@needs(Permission.PRODUCTS_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for title, price and picture, and make a product of them."""
    currency = current_tenant().currency
    if request.method != "POST":
        return render(request, "catalog/dashboard/new.html", {"form": NewProductForm(currency=currency)})
    form = NewProductForm(request.POST, request.FILES, currency=currency)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = start_product(
                title=data["title"],
                price_amount=data["price"],
                quantity=data["quantity"],
                description_html=data["description"],
                pictures=data["pictures"],
                status=form.status,
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except InvalidInput as error:
            names = {"title": "title", "price": "price", "picture": "pictures", "quantity": "quantity"}
            form.add_error(names.get(error.field or ""), str(error))
        else:
            return redirect(f"{reverse('dashboard_product', args=[made.pk])}?made=1")
    return render(request, "catalog/dashboard/new.html", {"form": form}, status=422)


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a product and save all that its page holds."""
    found = get_product(pk)
    around: dict[str, Any] = {
        "product": found,
        "variants": list_variants(pk),
        "images": list_images(pk),
        "currency": current_tenant().currency,
    }
    if request.method != "POST":
        return _edit(request, found, ProductForm(**around))
    form = ProductForm(request.POST, request.FILES, **around)
    if form.is_valid():
        try:
            save_product(
                product_id=pk, draft=form.draft(_order(request)), actor=request.user.get_username(), now=utc_now()
            )
        except InvalidInput as error:
            form.place_error(error)
        else:
            return redirect(f"{reverse('dashboard_product', args=[pk])}?saved=1")
    return _edit(request, found, form, status=422)


def _edit(request: HttpRequest, found: Product, form: ProductForm, status: int = 200) -> HttpResponse:
    rows = [
        {
            **row,
            "shown": picture({"path": row["image"].path, "width": row["image"].width, "height": row["image"].height}),
        }
        for row in form.image_rows()
    ]
    context = {
        "form": form,
        "product": found,
        "status": _status(found),
        "images": rows,
        "variants": form.variant_rows(),
        "has_versions": bool(found.option_names),
        "public_url": store_url(current_tenant(), f"/products/{found.handle}/"),
        "is_live": found.status == ProductStatus.ACTIVE,
        "made": "made" in request.GET and status == 200,
        "saved": "saved" in request.GET and status == 200,
        "crumbs": [{"label": _("Products"), "url": reverse("dashboard_products")}],
    }
    return render(request, "catalog/dashboard/edit.html", context, status=status)


def _state(request: HttpRequest) -> tuple[str, str, str]:
    given = request.POST if request.method == "POST" else request.GET
    return given.get("view", "all")[:20], given.get("q", "").replace("\0", "")[:200], given.get("sort", "updated")[:20]


def _address(view: str, query: str, sort: str) -> str:
    chosen = {"view": view if view != "all" else "", "q": query, "sort": sort if sort != "updated" else ""}
    chosen = {name: value for name, value in chosen.items() if value}
    return reverse("dashboard_products") + (f"?{urlencode(chosen)}" if chosen else "")


def _order(request: HttpRequest) -> tuple[int, int] | None:
    """Read what a picture's button asked for: `left:7`, `right:7` or `remove:7`."""
    what, _colon, number = request.POST.get("do", "").partition(":")
    steps = {"left": -1, "right": 1, "remove": 0}
    if what not in steps or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return int(number), steps[what]


def _row(found: Product) -> dict[str, Any]:
    return {
        "product": found,
        "picture": picture(found.cover),
        "status": _status(found),
        "is_low": found.status == ProductStatus.ACTIVE and 0 < found.available_count <= LOW_STOCK,
        "is_out": found.status == ProductStatus.ACTIVE and not found.is_available,
    }


def _status(found: Product) -> dict[str, str]:
    if found.status == ProductStatus.ACTIVE and not found.is_available:
        return {"kind": "fail", "tone": "bad", "label": _("Sold out")}
    kinds = {ProductStatus.ACTIVE: "done", ProductStatus.DRAFT: "none", ProductStatus.ARCHIVED: "away"}
    status = ProductStatus(found.status)
    return {"kind": kinds[status], "tone": "", "label": str(status.label)}


def _said(status: ProductStatus, count: int) -> str:
    if status == ProductStatus.ACTIVE:
        return ngettext("Published %(num)s product.", "Published %(num)s products.", count) % {"num": count}
    if status == ProductStatus.ARCHIVED:
        return ngettext("Archived %(num)s product.", "Archived %(num)s products.", count) % {"num": count}
    return ngettext("Made %(num)s product a draft.", "Made %(num)s products drafts.", count) % {"num": count}


def _tabs() -> list[tuple[str, str]]:
    return [
        ("all", pgettext("products", "All")),
        ("active", pgettext("product", "Active")),
        ("draft", pgettext("product", "Draft")),
        ("archived", pgettext("product", "Archived")),
        ("sold-out", _("Sold out")),
    ]


def _sorts() -> list[tuple[str, str]]:
    return [
        ("updated", _("Last changed")),
        ("title", _("Title")),
        ("price", _("Price, low to high")),
        ("-price", _("Price, high to low")),
        ("stock", _("Least stock")),
        ("sold", _("Most sold")),
    ]


urlpatterns = [
    path("", products, name="dashboard_products"),
    path("new/", new, name="dashboard_product_new"),
    path("bulk/", bulk, name="dashboard_products_bulk"),
    path("undo/", undo, name="dashboard_products_undo"),
    path("<int:pk>/", product, name="dashboard_product"),
]
