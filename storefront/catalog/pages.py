"""Shopper's pages: a product."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from core.http import HttpRequest
from core.reversing import page_path
from core.shared_pages import shared_page
from core.tenancy import current_tenant
from storefront.catalog.errors import ProductNotFound
from storefront.catalog.product_view import build_product_view
from storefront.catalog.selectors import get_product_page
from tenants.selectors import store_url


@shared_page("variant")
def product(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a product, with the version of ?variant= chosen where it has one of that id."""
    try:
        page = get_product_page(handle)
    except ProductNotFound as error:
        raise Http404(str(error)) from error
    wanted = request.GET.get("variant", "")
    view = build_product_view(
        page, variant_id=int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
    )
    tenant = current_tenant()
    base = store_url(tenant, "")
    address = f"{base}{page_path('product', handle)}"
    context = {
        "page": page,
        "product": page.product,
        "view": view,
        "base_url": base,
        "address": address,
    }
    return render(request, "catalog/product.html", context)


urlpatterns = [
    path("products/<str:handle>/", product, name="product"),
]
