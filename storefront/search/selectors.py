"""Find products by words."""

import difflib
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, QuerySet

from storefront.catalog.models import Product
from storefront.catalog.selectors import PER_PAGE, SORTS, Card, active_products, to_cards
from storefront.search.words import query_literal, query_words

BY_RELEVANCE = "relevance"
SHORTEST_TYPO = 4
CLOSE_ENOUGH = 0.72
VOCABULARY = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found; `correction` is the text that was searched for instead, where that was needed."""

    cards: list[Card]
    total: int
    number: int
    pages_count: int
    correction: str = ""


def search_products(*, text: str, sort: str = BY_RELEVANCE, page: int = 1, per_page: int = PER_PAGE) -> Found:
    """Return a page of the active products that have all the words, best first unless sorted otherwise.

    Where nothing has them, words close to them are tried.
    """
    words, correction = query_words(text), ""
    matches = _matches(words)
    total = matches.count() if words else 0
    if words and not total:
        better = _correct(words)
        if better != words:
            matches = _matches(better)
            total = matches.count()
            correction = " ".join(better) if total else ""
    pages_count = max(1, -(-total // per_page))
    number = min(max(1, page), pages_count)
    start = (number - 1) * per_page
    ordered = matches.order_by(*SORTS[sort]) if sort in SORTS else matches
    return Found(to_cards(ordered[start : start + per_page]) if total else [], total, number, pages_count, correction)


def suggest(*, text: str, limit: int = 6) -> list[Card]:
    """Return the first few active products whose words begin like these; nothing for a single Latin letter."""
    words = query_words(text)
    if not words or (len(words) == 1 and len(words[0]) < 2 and words[0].isascii()):
        return []
    return to_cards(_matches(words)[:limit])


def list_matching_ids(*, text: str, limit: int) -> list[int]:
    """Return the ids of the active products that have all the words, best first."""
    words = query_words(text)
    if not words:
        return []
    return list(_matches(words).values_list("pk", flat=True)[:limit])


def _matches(words: list[str]) -> QuerySet[Product, Any]:
    query = SearchQuery(query_literal(words), search_type="raw", config="simple")
    vector = F("search_document__vector")
    found = active_products().annotate(rank=SearchRank(vector, query)).filter(search_document__vector=query)
    return found.order_by("-rank", "-is_available", "-sold_count", "-id")


def _correct(words: list[str]) -> list[str]:
    """Return the words with those that nothing begins with replaced by the closest kept word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM ts_stat('SELECT vector FROM search_searchdocument') ORDER BY ndoc DESC LIMIT %s",
            [VOCABULARY],
        )
        known = [
            word
            for (word,) in cursor.fetchall()
            if len(word) >= SHORTEST_TYPO and word.isascii() and not word.isdigit()
        ]
    better = []
    for word in words:
        if len(word) < SHORTEST_TYPO or not word.isascii() or any(each.startswith(word) for each in known):
            better.append(word)
            continue
        near = difflib.get_close_matches(
            word, [each for each in known if abs(len(each) - len(word)) < 3], 1, CLOSE_ENOUGH
        )
        better.append(near[0] if near else word)
    return better
