"""One listing engine: words, a collection, filters, an order and a page in, cards and counts out, in one statement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.urls import reverse

from storefront.search.asking import BEST, BY_RELEVANCE, FEATURED, SORTS, Asked
from storefront.search.words import Word, all_of, any_of, code_literal, query_words, quote

PER_PAGE = 24
MOST_MATCHES = 2000
MOST_COUNTS = 1000
PRICE, STOCK = "price", "stock"
_VISIBLE = "p.status = 'active' AND (p.published_at IS NULL OR p.published_at <= now())"
# What stands in the title counts ten times what only a letter or a pair of it leads to; what is sold out steps back.
_SCORE = """
(coalesce(ts_rank('{0.1,0.2,0.4,1.0}', d.names, %(any)s::tsquery), 0) + 0.001
 + CASE WHEN d.names @@ %(phrase)s::tsquery THEN 0.4 ELSE 0 END + CASE WHEN d.names @@ %(code)s::tsquery THEN 10 ELSE 0 END)
* CASE WHEN p.is_available THEN 1 ELSE 0.4 END * (1 + ln(1 + greatest(p.sold_count, 0)) / 20)
"""
_MATCHES = """
matches AS MATERIALIZED (
  SELECT product_id FROM search_searchdocument WHERE vector @@ %(all)s::tsquery LIMIT %(most)s
), popular AS MATERIALIZED (
  SELECT d.product_id FROM (
         SELECT id FROM catalog_product p WHERE (SELECT count(*) FROM matches) >= %(most)s AND p.status = 'active'
          ORDER BY sold_count DESC, id DESC LIMIT 1000) AS best
    JOIN search_searchdocument d ON d.product_id = best.id WHERE d.vector @@ %(all)s::tsquery
), """
_CARDS = """
SELECT json_agg(card) FROM (
  SELECT p.id, p.handle, {title} AS title, p.min_price_amount AS price_amount, p.max_price_amount, p.compare_at_amount,
         p.cover, p.is_available, p.available_count, p.variants_count
    FROM (SELECT id, row_number() OVER (ORDER BY {order}) AS nth FROM hits WHERE inside
           ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s) AS top
    JOIN catalog_product p ON p.id = top.id ORDER BY top.nth) AS card
"""
_ANSWER = """
{with_} base AS MATERIALIZED (
  SELECT p.id, p.min_price_amount, p.is_available, p.sold_count, p.published_at, coalesce(d.facets, '{{}}') AS facets,
         {score} AS score, {place} AS place, {failing} AS failing
    FROM {source} WHERE {visible}
), hits AS MATERIALIZED (
  SELECT *, failing = '{{}}' AS inside, failing[1] AS lone FROM base WHERE cardinality(failing) < 2
)
SELECT json_build_object(
  'total', (SELECT count(*) FROM hits WHERE inside),
  'prices', (SELECT json_build_array(min(min_price_amount), max(min_price_amount)) FROM hits WHERE inside OR lone = 'price'),
  'here', (SELECT count(*) FROM hits WHERE is_available AND (inside OR lone = 'stock')),
  'counts', {counts},
  'cards', ({cards})
)::text
"""
_COUNTS = """(SELECT json_object_agg(value, n) FROM (
  SELECT value, count(*) AS n FROM hits, unnest(facets) AS value WHERE inside OR starts_with(value, lone || '=')
   GROUP BY value ORDER BY n DESC, value LIMIT %(most_counts)s) AS counted)"""

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of what was found.

    `counts` says how many goods each filter value would show beside what is chosen in other filters. Where there were too
    many to look at all, `total` is a floor. `correction` is the text that was searched for instead; `is_loose` says
    that what was found has some of the words, not all.
    """

    asked: Asked
    cards: list[Card] = field(default_factory=list)
    total: int = 0
    is_floor: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    available_count: int = 0
    prices: tuple[int, int] = (0, 0)
    correction: str = ""
    is_loose: bool = False

    @property
    def number(self) -> int:
        return self.asked.page

    @property
    def pages_count(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def find_goods(
    asked: Asked,
    *,
    collection_id: int | None = None,
    language: str = "",
    per_page: int = PER_PAGE,
    words: Sequence[Word] | None = None,
    is_loose: bool = False,
    with_counts: bool = True,
) -> Listed:
    """Return a page of goods, in one statement; a page beyond the last one is the last one, in two.

    `language` gives titles in that language where there are any. With `is_loose` one of the words is enough.
    """
    if words is None:
        words = query_words(asked.text)
    if asked.text and not words:
        return Listed(replace(asked, page=1))
    values: dict[str, Any] = {
        "limit": per_page,
        "offset": (asked.page - 1) * per_page,
        "most_counts": MOST_COUNTS,
        "most": MOST_MATCHES,
        "language": language,
        "collection": collection_id,
    }
    order = SORTS[asked.sort or _default_sort(asked, collection_id)]
    with_, source = "WITH", "catalog_product p LEFT JOIN search_searchdocument d ON d.product_id = p.id"
    if words:
        values |= _word_values(asked.text, words, is_loose=is_loose)
        with_ += _MATCHES
        source = (
            "(SELECT product_id FROM matches UNION SELECT product_id FROM popular) AS found"
            " JOIN search_searchdocument d ON d.product_id = found.product_id JOIN catalog_product p ON p.id = d.product_id"
        )
    if collection_id is not None:
        source += " JOIN catalog_collectionproduct cp ON cp.product_id = p.id AND cp.collection_id = %(collection)s"
    statement = _ANSWER.format(
        with_=with_,
        score=_SCORE if words else "0",
        place="cp.position" if collection_id is not None else "0",
        failing=_failing(asked, values),
        source=source,
        visible=_VISIBLE,
        counts=_COUNTS if with_counts else "NULL",
        cards=_CARDS.format(
            title="coalesce(nullif(p.translations #>> ARRAY[%(language)s, 'title'], ''), p.title)"
            if language
            else "p.title",
            order=order,
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = json.loads(cursor.fetchone()[0])
    total = found["total"]
    last = max(1, -(-total // per_page))
    if asked.page > last:
        return find_goods(
            replace(asked, page=last), collection_id=collection_id, language=language, per_page=per_page, words=words,
            is_loose=is_loose, with_counts=with_counts,
        )  # fmt: skip
    low, high = found["prices"]
    return Listed(
        asked=asked,
        cards=with_addresses(found["cards"] or []),
        total=total,
        is_floor=bool(words) and total >= MOST_MATCHES,
        counts=found["counts"] or {},
        available_count=found["here"],
        prices=(low or 0, high or 0),
        is_loose=is_loose,
    )


def with_addresses(cards: list[Card]) -> list[Card]:
    """Give each card its `url`."""
    if cards:
        # One reverse() for the whole page: it costs more than the rest of a card.
        head = reverse("product", args=["-"])[: -len("-/")]
        for card in cards:
            card["url"] = f"{head}{card['handle']}/"
    return cards


def _default_sort(asked: Asked, collection_id: int | None) -> str:
    if asked.text:
        return BY_RELEVANCE
    return FEATURED if collection_id is not None else BEST


def _word_values(text: str, words: Sequence[Word], *, is_loose: bool) -> dict[str, str]:
    wanted, code = (any_of(words) if is_loose else all_of(words)), code_literal(text)
    return {
        "all": f"({wanted}) | {code}" if code else wanted,
        "any": any_of(words),
        "phrase": " <-> ".join(quote(word.text) for word in words) if len(words) > 1 else quote("="),
        "code": code or quote("="),
    }


def _failing(asked: Asked, values: dict[str, Any]) -> str:
    """Return the SQL of the filters that a row does not pass, in an array without nulls."""
    tests = []
    for number, (group, chosen) in enumerate(sorted(asked.chosen.items())):
        values[f"group_{number}"] = group
        values[f"values_{number}"] = [f"{group}={value}" for value in chosen]
        tests.append(f"CASE WHEN d.facets && %(values_{number})s THEN NULL ELSE %(group_{number})s END")
    if asked.has_price:
        values |= {"from": asked.price_from or 0, "to": asked.price_to if asked.price_to is not None else 2**62}
        tests.append("CASE WHEN p.min_price_amount BETWEEN %(from)s AND %(to)s THEN NULL ELSE 'price' END")
    if asked.in_stock:
        tests.append("CASE WHEN p.is_available THEN NULL ELSE 'stock' END")
    return f"array_remove(ARRAY[{', '.join(tests)}]::text[], NULL)" if tests else "'{}'::text[]"
