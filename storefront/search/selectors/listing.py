"""One listing engine: words, a collection, filters, an order and a page in; cards and counts out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.db.prepared import prepared_cursor
from core.reversing import page_path
from core.shared_pages import remember
from storefront.catalog.models import Category
from storefront.catalog.shown import Prices, shown
from storefront.search.asking import BEST, BY_RELEVANCE, SORTS, Asked
from storefront.search.facets import CATEGORY
from storefront.search.selectors.statements import (
    Pricing,
    Shape,
    arrangement_statement,
    list_statement,
    page_statement,
)
from storefront.search.words import Word, code_literal, query_words, quote

PER_PAGE = 24

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What all lists of a store share: `tree` holds the visible categories as (id, depth, path, handle, title) in reading order,
    `fields` the names of custom fields to filter by, `layout` how the merchant has arranged the filters.
    """

    tree: Sequence[tuple[int, int, str, str, str]] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    layout: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of what was found.

    `counts` says how many goods each filter value would show beside what is chosen in other filters, `categories`
    how many stand in each branch by its id. Where there were too many goods to look at all, `looked_count` says
    how many were looked at, and `total` is a floor. `correction` is the text that was searched for instead; `is_loose` says
    that what was found has some of the words, not all.
    """

    asked: Asked
    cards: list[Card] = field(default_factory=list)
    total: int = 0
    looked_count: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    available_count: int = 0
    prices: tuple[int, int] = (0, 0)
    correction: str = ""
    is_loose: bool = False

    @property
    def number(self) -> int:
        return self.asked.page

    @property
    def is_floor(self) -> bool:
        return self.looked_count > 0

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
    """Return a page of goods, in one statement; a page beyond the last one is the last one.

    `usual_sort` is the order where none is asked for. `language` gives titles in that language where there are any. With
    `is_loose` one of the words is enough. What fits without words and filters is counted once for all pages of an edition
    (`core.shared_pages`), and a page of it is read by its order alone.
    """
    if words is None:
        words = query_words(asked.text)
    if asked.text and not words:
        return Listed(replace(asked, page=1))
    prices = shown()
    shape = replace(
        _shape(asked, words, usual_sort),
        in_collection=collection_id is not None,
        in_language=bool(language),
        with_counts=with_counts,
        pricing=_pricing(prices),
        per_page=per_page,
    )
    values = {
        **prices.parameters(),
        "offset": (asked.page - 1) * per_page,
        "language": language,
        "collection": collection_id,
        "branch": _branch_ids([asked.category], language) if asked.category else [],
        **_filter_values(asked, shape, language),
        **(_word_values(asked.text, words, is_loose=is_loose) if words else {}),
    }
    if not words and not shape.has_filters:
        return _browse(asked, shape, values, prices.currency)
    found = _ask(list_statement(shape), values)
    cards = found.pop("cards") or []
    if not cards and found["total"]:
        asked = replace(asked, page=_last_page(found["total"], per_page))
        cards = _ask(list_statement(shape), values | {"offset": (asked.page - 1) * per_page})["cards"] or []
    return _listed(asked, found, cards, looked_count=shape.most, is_loose=is_loose)


def get_arrangement(language: str = "") -> Arrangement:
    """Return what stands beside every list of the store, in a language where it is not the store's own."""
    return remember("arrangement", lambda: _read_arrangement(language))


def _read_arrangement(language: str) -> Arrangement:
    found = _ask(arrangement_statement(in_language=bool(language)), {"language": language})
    tree: list[tuple[int, int, str, str, str]] = []
    seen = {""}
    for number, depth, path, handle, title in found["tree"] or []:
        if path[: -Category.steplen] in seen:  # what is below a hidden branch is hidden with it
            seen.add(path)
            tree.append((number, depth, path, handle, title))
    return Arrangement(tree, found["fields"] or {}, found["layout"] or ())


def _browse(asked: Asked, shape: Shape, values: dict[str, Any], currency: str) -> Listed:
    """Return a page of what fits without words and filters."""
    scope = f"counts of {values['collection'] or ''} {asked.category} {shape.with_counts} {currency}"
    found = remember(scope, lambda: _ask(list_statement(replace(shape, order="")), values))
    asked = replace(asked, page=min(asked.page, _last_page(found["total"], shape.per_page)))
    cards = _ask(page_statement(shape), values | {"offset": (asked.page - 1) * shape.per_page})
    return _listed(asked, found, cards or [])


def _ask(statement: str, values: dict[str, Any]) -> Any:
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()[0]
    return json.loads(found) if found else None


def _shape(asked: Asked, words: Sequence[Word], usual_sort: str) -> Shape:
    order = asked.sort or usual_sort or BY_RELEVANCE
    if order == BY_RELEVANCE and not words:
        order = BEST
    return Shape(
        order=SORTS[order],
        has_words=bool(words),
        has_phrase=len(words) > 1,
        has_code=bool(words and code_literal(asked.text)),
        groups=tuple("category" if group == CATEGORY else "" for group in sorted(asked.chosen)),
        has_price=asked.has_price,
        in_stock=asked.in_stock,
        in_category=bool(asked.category),
    )


def _pricing(prices: Prices) -> Pricing:
    if prices.is_own:
        return Pricing.OWN
    return Pricing.FIXED if prices.has_fixed else Pricing.CONVERTED


def _listed(
    asked: Asked, found: Mapping[str, Any], cards: list[Card], *, looked_count: int = 0, is_loose: bool = False
) -> Listed:
    return Listed(
        asked=asked,
        cards=with_addresses(cards),
        total=found["total"],
        looked_count=looked_count if found.get("is_capped") else 0,
        counts=found.get("counts") or {},
        categories=found.get("categories") or {},
        available_count=found["here"],
        prices=(found["low"] or 0, found["high"] or 0),
        is_loose=is_loose,
    )


def _last_page(total: int, per_page: int) -> int:
    return max(1, -(-total // per_page))


def with_addresses(cards: list[Card]) -> list[Card]:
    """Give each card its `url`."""
    if cards:
        head = page_path("product", "-").removesuffix("-/")
        for card in cards:
            card["url"] = f"{head}{card['handle']}/"
    return cards


def _word_values(text: str, words: Sequence[Word], *, is_loose: bool) -> dict[str, Any]:
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
        "joint": " | " if is_loose else " & ",
        "readings": readings,
        "words": texts,
        "literals": literals,
        "or_code": f" | {code}" if code else "",
        "phrase": " <-> ".join(quote(word.text) for word in words),
        "code": code,
    }


def _filter_values(asked: Asked, shape: Shape, language: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, (group, chosen) in enumerate(sorted(asked.chosen.items())):
        values[f"group_{number}"] = group
        is_tree = shape.groups[number] == CATEGORY
        values[f"values_{number}"] = _branch_ids(chosen, language) if is_tree else [f"{group}={one}" for one in chosen]
    if asked.has_price:
        values |= {"from": asked.price_from or 0, "to": asked.price_to if asked.price_to is not None else 2**62}
    return values


def _branch_ids(handles: Sequence[str], language: str) -> list[int]:
    """Return the ids of these branches that shoppers see, and of all below them; a branch within a chosen one narrows it."""
    tree = get_arrangement(language).tree
    chosen = [path for _id, _depth, path, handle, _title in tree if handle in handles]
    paths = tuple(one for one in chosen if not any(path != one and path.startswith(one) for path in chosen))
    return [branch[0] for branch in tree if paths and branch[2].startswith(paths)]
