"""Shopper's pages: all goods, a collection, a product."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.http import HttpRequest
from core.shared_pages import shared_page
from core.tenancy import current_tenant
from storefront.catalog.errors import CollectionNotFound, ProductNotFound
from storefront.catalog.jinja import picture
from storefront.catalog.models import Collection
from storefront.catalog.product_view import build_product_view
from storefront.catalog.selectors import DEFAULT_SORT, SORT_LABELS, SORTS, get_collection, get_product_page, list_cards
from tenants.selectors import store_url


@shared_page("page", "sort")
def products(request: HttpRequest) -> HttpResponse:
    """Show all that is for sale."""
    return _show_list(request, None, reverse("products"))


@shared_page("page", "sort")
def collection(request: HttpRequest, handle: str) -> HttpResponse:
    """Show what a collection holds."""
    try:
        found = get_collection(handle)
    except CollectionNotFound as error:
        raise Http404(str(error)) from error
    return _show_list(request, found, reverse("collection", args=[handle]))


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


def page_number(request: HttpRequest) -> int:
    """Return ?page= as a number from 1; anything else is the first page."""
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def paged(address: str, **parameters: Any) -> Callable[[int], str]:
    """Return the function from a page number to its address that the pager draws with."""

    def link(number: int) -> str:
        chosen = {key: value for key, value in parameters.items() if value}
        if number > 1:
            chosen["page"] = number
        return f"{address}?{urlencode(chosen)}" if chosen else address

    return link


def _show_list(request: HttpRequest, found: Collection | None, address: str) -> HttpResponse:
    sort = request.GET.get("sort", DEFAULT_SORT)
    sort = sort if sort in SORTS else DEFAULT_SORT
    listed = list_cards(collection=found, sort=sort, page=page_number(request))
    link = paged(address, sort="" if sort == DEFAULT_SORT else sort)
    return render(
        request,
        "catalog/list.html",
        {
            "collection": found,
            "cover": picture(found.cover) if found else None,
            "title": found.title if found else _("All goods"),
            "listed": listed,
            "sort": sort,
            "sorts": list(SORT_LABELS.items()),
            "address": address,
            "link": link,
            "canonical": store_url(current_tenant(), paged(address)(listed.number)),
            "about": Truncator(strip_tags(found.description_html)).chars(160) if found else "",
        },
    )


urlpatterns = [
    path("products/", products, name="products"),
    path("products/<str:handle>/", product, name="product"),
    path("collections/<str:handle>/", collection, name="collection"),
]
