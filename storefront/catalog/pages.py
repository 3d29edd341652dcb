"""Shopper's pages: a product."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator

from core.http import HttpRequest
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
    about = page.product.seo_description or strip_tags(page.product.description_html)
    address = store_url(current_tenant(), reverse("product", args=[handle]))
    return render(
        request,
        "catalog/product.html",
        {
            "page": page,
            "product": page.product,
            "view": view,
            "address": address,
            "about": Truncator(" ".join(about.split())).chars(160),
            "linked_data": view.linked_data(address, current_tenant().name, store_url(current_tenant(), "")),
        },
    )


urlpatterns = [
    path("products/<str:handle>/", product, name="product"),
]
