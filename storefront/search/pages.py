"""Shopper's pages: search and its suggestions."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from core.clock import utc_now
from core.http import HttpRequest
from storefront.catalog.pages import page_number, paged
from storefront.catalog.selectors import SORT_LABELS, list_best_cards
from storefront.search.selectors import BY_RELEVANCE, search_products, suggest
from storefront.search.services import log_query

TEXT_LENGTH = 200
ROW = 4
LABELS = {BY_RELEVANCE: _("Best match"), **SORT_LABELS}


def search(request: HttpRequest) -> HttpResponse:
    """Show what has the words of ?q=, or what others buy where nothing has them."""
    text = _text(request)
    sort = request.GET.get("sort", BY_RELEVANCE)
    sort = sort if sort in LABELS else BY_RELEVANCE
    found = search_products(text=text, sort=sort, page=page_number(request))
    if text and found.number == 1:
        log_query(text=text, results_count=found.total, now=utc_now())
    return render(
        request,
        "search/results.html",
        {
            "text": text,
            "found": found,
            "sort": sort,
            "sorts": list(LABELS.items()),
            "link": paged(reverse("search"), q=text, sort="" if sort == BY_RELEVANCE else sort),
            "best": [] if found.total else list_best_cards(limit=ROW),
        },
    )


def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer with the list under the search field."""
    text = _text(request)
    response = render(request, "search/suggestions.html", {"text": text, "cards": suggest(text=text, limit=6)})
    response["X-Robots-Tag"] = "noindex"
    return response


def _text(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", " ").split())[:TEXT_LENGTH]


urlpatterns = [
    path("search/", search, name="search"),
    path("search/suggest/", suggestions, name="search_suggest"),
]
