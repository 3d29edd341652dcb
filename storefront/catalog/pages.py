"""Shopper's pages: a product."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from core.errors import ShopsteadError
from core.http import HttpRequest
from core.reversing import page_path, plain_path
from core.shared_pages import shared_page
from core.tenancy import current_tenant
from storefront.catalog.errors import ProductNotFound
from storefront.catalog.product_view import build_product_view
from storefront.catalog.selectors import get_product_page
from tenants.selectors import store_url


@shared_page("variant")
def product(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a product, with the version of ?variant= chosen where it has one of that id."""
    wanted = request.GET.get("variant", "")
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    return show_product(request, handle, variant_id=int(wanted) if is_number else None)


def show_product(
    request: HttpRequest,
    handle: str,
    *,
    variant_id: int | None,
    typed: Mapping[str, str] | None = None,
    refused: ShopsteadError | None = None,
) -> HttpResponse:
    """Show a product with a version chosen; where its form was `refused`, with what was typed and why.

    Raises: Http404.
    """
    try:
        page = get_product_page(handle)
    except ProductNotFound as error:
        raise Http404(str(error)) from error
    view = build_product_view(page, variant_id=variant_id)
    tenant = current_tenant()
    base = store_url(tenant, "")
    address = f"{base}{page_path('product', handle)}"
    context = {
        "page": page,
        "product": page.product,
        "view": view,
        "base_url": base,
        "address": address,
        "typed": typed or {},
        "refused": refused,
        "own_path": plain_path("product", handle) if refused else "",
    }
    return render(request, "catalog/product.html", context, status=refused.status if refused else 200)


urlpatterns = [
    path("products/<str:handle>/", product, name="product"),
]
