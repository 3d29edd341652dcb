"""Shopper's pages: all goods, a collection, a search and its suggestions."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import utc_now
from core.http import HttpRequest
from core.money import minor_digits
from core.shared_pages import shared_page
from core.tenancy import current_tenant
from storefront.catalog.errors import CollectionNotFound
from storefront.catalog.jinja import picture
from storefront.catalog.selectors import get_collection, list_best_cards
from storefront.search.asking import BEST, BY_RELEVANCE, FEATURED, read_asked, write_amount
from storefront.search.filters import list_chips, list_filters, plain
from storefront.search.selectors import Listed, find_goods, search_goods, suggest
from storefront.search.services import log_query
from tenants.selectors import store_url

ROW = 4
LABELS = {
    BEST: gettext_lazy("Best-selling"),
    "newest": gettext_lazy("Newest"),
    "price": gettext_lazy("Price, low to high"),
    "-price": gettext_lazy("Price, high to low"),
}
FIRST_LABELS = {BY_RELEVANCE: gettext_lazy("Best match"), FEATURED: gettext_lazy("Featured"), BEST: LABELS[BEST]}


@shared_page("page", "sort")
def products(request: HttpRequest) -> HttpResponse:
    """Show all that is for sale."""
    asked = read_asked(request.GET, digits=_digits())
    return _show(request, find_goods(asked), reverse("products"), BEST, {"title": _("All goods")})


@shared_page("page", "sort")
def collection(request: HttpRequest, handle: str) -> HttpResponse:
    """Show what a collection holds."""
    try:
        found = get_collection(handle)
    except CollectionNotFound as error:
        raise Http404(str(error)) from error
    asked = read_asked(request.GET, digits=_digits(), collection=handle)
    about = {
        "collection": found,
        "cover": picture(found.cover),
        "title": found.title,
        "about": Truncator(strip_tags(found.description_html)).chars(160),
    }
    listed = find_goods(asked, collection_id=found.pk)
    return _show(request, listed, reverse("collection", args=[handle]), FEATURED, about)


def search(request: HttpRequest) -> HttpResponse:
    """Show what has the words of ?q=, or what others buy where nothing has them."""
    asked = read_asked(request.GET, digits=_digits())
    listed = search_goods(asked) if asked.text else Listed(asked)
    if asked.text and asked.page == 1 and not asked.filters_count:
        log_query(text=asked.text, results_count=0 if listed.is_loose else listed.total, now=utc_now())
    best = [] if listed.total else list_best_cards(limit=ROW)
    return _show(request, listed, reverse("search"), BY_RELEVANCE, {"text": asked.text, "best": best})


def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer with the list under the search field."""
    asked = read_asked(request.GET, digits=_digits())
    response = render(request, "search/suggestions.html", {"text": asked.text, "cards": suggest(text=asked.text)})
    response["X-Robots-Tag"] = "noindex"
    return response


def _show(request: HttpRequest, listed: Listed, address: str, first: str, about: dict[str, Any]) -> HttpResponse:
    asked, currency, digits = listed.asked, current_tenant().currency, _digits()

    def link(number: int) -> str:
        return asked.address(address, digits, page=number)

    facets = sum(map(len, asked.chosen.values()))
    return render(
        request,
        "search/results.html" if address == reverse("search") else "search/list.html",
        {
            **about,
            "listed": listed,
            "asked": asked,
            "address": address,
            "link": link,
            "filters": list_filters(listed, currency),
            "chips": list_chips(asked, address, currency),
            "clear_url": plain(asked).address(address, digits),
            "hidden": [(name, value) for name, value in (("q", asked.text), ("sort", asked.sort)) if value],
            "kept": [pair for pair in asked.parameters(digits) if pair[0] not in ("sort", "page")],
            "price_from": "" if asked.price_from is None else write_amount(asked.price_from, digits),
            "price_to": "" if asked.price_to is None else write_amount(asked.price_to, digits),
            "sort": asked.sort or first,
            "sorts": list({first: FIRST_LABELS[first], **LABELS}.items()),
            "shown_count": min(listed.total, (listed.number - 1) * 24 + len(listed.cards)),
            "canonical": store_url(current_tenant(), link(asked.page)),
            "is_indexed": facets < 2 and not asked.has_price and not asked.in_stock and not asked.sort,
        },
    )


def _digits() -> int:
    return minor_digits(current_tenant().currency)


urlpatterns = [
    path("products/", products, name="products"),
    path("collections/<str:handle>/", collection, name="collection"),
    path("search/", search, name="search"),
    path("search/suggest/", suggestions, name="search_suggest"),
]
