"""Shopper's pages: all goods, a collection, a category, a search and its suggestions."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import get_script_prefix, path
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.csrf import same_origin_form
from core.http import HttpRequest
from core.limits import AttemptLimit
from core.money import minor_digits
from core.reversing import page_path
from core.shared_pages import remember, shared_page
from core.tenancy import current_tenant
from core.text import plain_words, shortened
from storefront.catalog.errors import CategoryNotFound, CollectionNotFound
from storefront.catalog.jinja import picture
from storefront.catalog.models import Category, Collection
from storefront.catalog.selectors import get_category, get_collection, list_best_cards
from storefront.catalog.shown import shown
from storefront.catalog.translations import say
from storefront.search.asking import BEST, BY_RELEVANCE, FEATURED, SORTS, clean, page_number, read_asked, write_amount
from storefront.search.filters import Filter, list_chips, list_filters, plain
from storefront.search.selectors import Listed, find_goods, find_lead, get_arrangement, search_goods, suggest
from storefront.search.services import log_click, log_query
from tenants.selectors import store_url

ROW = 4
CLICKS = AttemptLimit("search-click", {"address": 120})
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
    return _show(
        request, find_goods(asked, language=_language()), page_path("products"), BEST, {"title": _("All goods")}
    )


@shared_page("page", "sort")
def collection(request: HttpRequest, handle: str) -> HttpResponse:
    """Show what a collection holds."""
    try:
        found = remember(f"collection {handle}", lambda: get_collection(handle))
    except CollectionNotFound as error:
        raise Http404(str(error)) from error
    asked = read_asked(request.GET, digits=_digits(), collection=handle)
    listed = find_goods(asked, collection_id=found.pk, usual_sort=_sort_of(found), language=_language())
    return _show(request, listed, page_path("collection", handle), _sort_of(found), _about(found))


@shared_page("page", "sort")
def category(request: HttpRequest, handle: str) -> HttpResponse:
    """Show what stands in a branch of the tree and in those below it."""
    try:
        found = remember(f"category {handle}", lambda: get_category(handle))
    except CategoryNotFound as error:
        raise Http404(str(error)) from error
    asked = read_asked(request.GET, digits=_digits(), category=handle)
    listed = find_goods(asked, language=_language())
    about = _about(found)
    above = [
        branch
        for branch in get_arrangement(_language()).tree
        if found.path.startswith(branch[2]) and branch[2] != found.path
    ]
    about["crumbs"] = [{"url": page_path("category", branch[3]), "label": branch[4]} for branch in above]
    return _show(request, listed, page_path("category", handle), BEST, about)


def search(request: HttpRequest) -> HttpResponse:
    """Show what has the words of ?q=, or what others buy where nothing has them; words with a page of their own lead there."""
    asked = read_asked(request.GET, digits=_digits())
    is_plain = asked.page == 1 and not asked.filters_count and not asked.sort
    if asked.text and is_plain and (place := find_lead(asked.text)):
        log_query(text=asked.text, results_count=1, now=utc_now())
        return redirect(f"{get_script_prefix()}{place.removeprefix('/')}")
    listed = search_goods(asked, language=_language()) if asked.text else Listed(asked)
    if asked.text and asked.page == 1 and not asked.filters_count:
        log_query(text=asked.text, results_count=0 if listed.is_loose else listed.total, now=utc_now())
    best = [] if listed.total else list_best_cards(limit=ROW)
    return _show(request, listed, page_path("search"), BY_RELEVANCE, {"text": asked.text, "best": best})


def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer with the list under the search field."""
    asked = read_asked(request.GET, digits=_digits())
    found = suggest(text=asked.text, language=_language())
    response = render(request, "search/suggestions.html", {"text": found.correction or asked.text, "found": found})
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, max-age=60"
    return response


@same_origin_form
@require_POST
def clicked(request: HttpRequest) -> HttpResponse:
    """Remember which of the found goods was opened; no cookie is read, and whoever asks not to be counted is not."""
    headers = request.headers
    counted = headers.get("Sec-GPC") != "1" and headers.get("DNT") != "1"
    if counted and not CLICKS.count(address=client_address(request)):
        handle = clean(request.POST.get("product", "")[:400]).strip("/").rpartition("/")[2]
        place = page_number(request.POST.get("place", ""))
        log_click(text=read_asked(request.POST, digits=0).text, handle=handle, position=place, now=utc_now())
    return HttpResponse(status=204)


def _show(request: HttpRequest, listed: Listed, address: str, first: str, about: dict[str, Any]) -> HttpResponse:
    asked, beside, currency, digits = listed.asked, get_arrangement(_language()), shown().currency, _digits()

    start = asked.address(address, digits)

    def link(number: int) -> str:
        return start if number == 1 else f"{start}{'&' if '?' in start else '?'}page={number}"

    def panel() -> str:
        return _filters_panel(listed, address, list_filters(listed, beside, currency), currency)

    is_plain = not asked.text and not asked.filters_count
    facets = sum(map(len, asked.chosen.values()))
    return render(
        request,
        "search/results.html" if address == page_path("search") else "search/list.html",
        {
            **about,
            "listed": listed,
            "asked": asked,
            "address": address,
            "link": link,
            "panel": remember(f"filters of {address} {currency} {asked.sort}", panel) if is_plain else panel(),
            "chips": list_chips(asked, beside, address, currency),
            "clear_url": plain(asked).address(address, digits),
            "kept": [pair for pair in asked.parameters(digits) if pair[0] not in ("sort", "page")],
            "sort": asked.sort or first,
            "sorts": remember(f"sorts {first}", lambda: _name_sorts(first)),
            "shown_count": min(listed.total, (listed.number - 1) * 24 + len(listed.cards)),
            "canonical": store_url(current_tenant(), link(asked.page)),
            "is_indexed": facets < 2 and not asked.has_price and not asked.in_stock and not asked.sort,
        },
    )


def _filters_panel(listed: Listed, address: str, filters: Sequence[Filter], currency: str) -> str:
    """Return the form of filters; empty where there is nothing to choose."""
    if not filters:
        return ""
    asked, digits = listed.asked, _digits()
    words = {
        "filters": filters,
        "address": address,
        "currency": currency,
        "total": listed.total,
        "hidden": [(name, value) for name, value in (("q", asked.text), ("sort", asked.sort)) if value],
        "price_from": "" if asked.price_from is None else write_amount(asked.price_from, digits),
        "price_to": "" if asked.price_to is None else write_amount(asked.price_to, digits),
        "clear_url": plain(asked).address(address, digits) if asked.filters_count else "",
    }
    return mark_safe(render_to_string("search/filters.html", words))  # noqa: S308 - our own template, which escapes


def _about(found: Collection | Category) -> dict[str, Any]:
    """Return what the page says of a collection or a category, in the language of the request."""
    text = say(found, "description_html")
    return {
        "place": found,
        "cover": picture(found.cover),
        "title": say(found, "title"),
        "seo_title": say(found, "seo_title"),
        "text": text,
        "about": say(found, "seo_description") or shortened(plain_words(text), 160),
    }


def _name_sorts(first: str) -> list[tuple[str, str]]:
    """Return each order and what it is called in the language of the request, beginning with this one."""
    labels = {first: FIRST_LABELS.get(first) or LABELS[first], **LABELS}
    return [(order, str(label)) for order, label in labels.items()]


def _sort_of(found: Collection) -> str:
    """Return the order that the merchant has given a collection."""
    return found.sort if found.sort in SORTS else FEATURED


def _language() -> str:
    """Return the language of the request where it is not the store's own."""
    language = get_language() or ""
    return "" if language == current_tenant().language else language


def _digits() -> int:
    return minor_digits(shown().currency)


urlpatterns = [
    path("products/", products, name="products"),
    path("collections/<str:handle>/", collection, name="collection"),
    path("categories/<str:handle>/", category, name="category"),
    path("search/", search, name="search"),
    path("search/clicked/", clicked, name="search_clicked"),
    path("search/suggest/", suggestions, name="search_suggest"),
]
