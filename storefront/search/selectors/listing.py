"""One listing engine: words, a collection, filters, an order and a page in, cards and counts out, in one statement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.urls import reverse

from storefront.catalog.shown import shown
from storefront.search.asking import BEST, BY_RELEVANCE, SORTS, Asked
from storefront.search.facets import CATEGORY
from storefront.search.selectors import statements
from storefront.search.words import Word, code_literal, query_words, quote

PER_PAGE = 24
MOST_MATCHES = 1000
MOST_COUNTS = 1000

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of what was found.

    `counts` says how many goods each filter value would show beside what is chosen in other filters. `tree` holds the visible
    categories as (id, depth, path, handle, title) in reading order, `fields` the names of custom fields to filter by. Where
    there were too many goods to look at all, `total` is a floor. `correction` is the text that was searched for
    instead; `is_loose` says that what was found has some of the words, not all.
    """

    asked: Asked
    cards: list[Card] = field(default_factory=list)
    total: int = 0
    is_floor: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    tree: Sequence[tuple[int, int, str, str, str]] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    layout: Sequence[Mapping[str, Any]] = ()
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
    usual_sort: str = "",
    language: str = "",
    per_page: int = PER_PAGE,
    words: Sequence[Word] | None = None,
    is_loose: bool = False,
    with_counts: bool = True,
) -> Listed:
    """Return a page of goods, in one statement; a page beyond the last one is the last one, in two.

    `usual_sort` is the order where none is asked for. `language` gives titles in that language where there are any. With
    `is_loose` one of the words is enough.
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
    order = SORTS[asked.sort or usual_sort or (BY_RELEVANCE if asked.text else BEST)]
    with_, source = "WITH", "catalog_product p LEFT JOIN search_searchdocument d ON d.product_id = p.id"
    if words:
        values |= _word_values(asked.text, words)
        with_ += statements.MATCHES.format(joint="' | '" if is_loose else "' & '")
        source = (
            "(SELECT product_id FROM matches UNION SELECT product_id FROM popular) AS found"
            " JOIN search_searchdocument d ON d.product_id = found.product_id JOIN catalog_product p ON p.id = d.product_id"
        )
    if collection_id is not None:
        source += " JOIN catalog_collectionproduct cp ON cp.product_id = p.id AND cp.collection_id = %(collection)s"
    visible = statements.VISIBLE
    if asked.category:
        values["values_scope"] = [asked.category]
        visible += f" AND p.category_id = ANY({statements.BRANCH.format('scope')})"
    prices = shown()
    values |= prices.parameters()
    if prices.has_fixed:
        with_ += statements.FIXED
        source += statements.JOIN_FIXED
    statement = statements.ANSWER.format(
        price=statements.price(prices),
        with_=with_,
        score=statements.SCORE if words else "0",
        place="cp.position" if collection_id is not None else "0",
        failing=_failing(asked, values, statements.price(prices)),
        source=source,
        visible=visible,
        counts=_counts(language) if with_counts else "",
        cards=statements.CARDS.format(
            title=_said("p", "title", language),
            order=order,
            prices=statements.card_prices(prices),
            fixed=statements.JOIN_FIXED if prices.has_fixed else "",
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = json.loads(cursor.fetchone()[0])
    total = found["total"]
    last = max(1, -(-total // per_page))
    if asked.page > last:
        return find_goods(
            replace(asked, page=last),
            collection_id=collection_id,
            usual_sort=usual_sort,
            language=language,
            per_page=per_page,
            words=words,
            is_loose=is_loose,
            with_counts=with_counts,
        )
    low, high = found["prices"]
    return Listed(
        asked=asked,
        cards=with_addresses(found["cards"] or []),
        total=total,
        is_floor=bool(words) and total >= MOST_MATCHES,
        counts=found.get("counts") or {},
        categories=found.get("categories") or {},
        tree=[tuple(branch) for branch in found.get("tree") or []],
        fields=found.get("fields") or {},
        layout=found.get("layout") or (),
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


def _counts(language: str) -> str:
    return statements.COUNTS.format(
        category_title=_said("c", "title", language), field_name=_said("f", "name", language)
    )


def _said(row: str, column: str, language: str) -> str:
    """Return the SQL of a text in the language, else in the store's own."""
    own = f"{row}.{column}"
    return f"coalesce(nullif({row}.translations #>> ARRAY[%(language)s, '{column}'], ''), {own})" if language else own


def _word_values(text: str, words: Sequence[Word]) -> dict[str, Any]:
    code = code_literal(text)
    rows = [(0, word.text, word.literal) for word in words]
    spans = [(at, at + 2) for at in range(len(words) - 1)]
    if len(words) > 2:
        spans.append((0, len(words)))
    for reading, (start, end) in enumerate(spans, 1):
        rows += [(reading, word.text, word.literal) for word in (*words[:start], *words[end:])]
        rows.append((reading, " ".join(word.text for word in words[start:end]), ""))
    readings, texts, literals = map(list, zip(*rows, strict=True))
    return {
        "readings": readings,
        "words": texts,
        "literals": literals,
        "or_code": f" | {code}" if code else "",
        "phrase": " <-> ".join(quote(word.text) for word in words) if len(words) > 1 else quote("="),
        "code": code or quote("="),
    }


def _failing(asked: Asked, values: dict[str, Any], price: str) -> str:
    """Return the SQL of the filters that a row does not pass, in an array without nulls."""
    tests = []
    for number, (group, chosen) in enumerate(sorted(asked.chosen.items())):
        values[f"group_{number}"] = group
        values[f"values_{number}"] = [f"{group}={value}" for value in chosen]
        if group == CATEGORY:
            values[f"values_{number}"] = list(chosen)
            tests.append(
                f"CASE WHEN p.category_id = ANY({statements.BRANCH.format(number)}) THEN NULL ELSE 'category' END"
            )
        else:
            tests.append(f"CASE WHEN d.facets && %(values_{number})s THEN NULL ELSE %(group_{number})s END")
    if asked.has_price:
        values |= {"from": asked.price_from or 0, "to": asked.price_to if asked.price_to is not None else 2**62}
        tests.append(f"CASE WHEN {price} BETWEEN %(from)s AND %(to)s THEN NULL ELSE 'price' END")
    if asked.in_stock:
        tests.append("CASE WHEN p.is_available THEN NULL ELSE 'stock' END")
    return f"array_remove(ARRAY[{', '.join(tests)}]::text[], NULL)" if tests else "'{}'::text[]"
