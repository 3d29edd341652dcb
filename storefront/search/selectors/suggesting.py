"""What to offer while somebody types, and ids for those who ask by event."""

from dataclasses import dataclass, field

from django.db import connection

from storefront.search.asking import Asked
from storefront.search.selectors.listing import Card, find_goods
from storefront.search.selectors.spelling import correct
from storefront.search.words import Word, plain, query_words

MOST_GOODS, MOST_PLACES = 5, 3
# Folded in SQL as far as it can be; the tables are small.
_PLACES = """
SELECT kind, handle, title FROM (
  SELECT 'category' AS kind, handle, coalesce(nullif(translations #>> ARRAY[%(language)s, 'title'], ''), title) AS title,
         path AS place
    FROM catalog_category WHERE is_visible
  UNION ALL
  SELECT 'collection', handle, coalesce(nullif(translations #>> ARRAY[%(language)s, 'title'], ''), title),
         lpad(position::text, 9, '0')
    FROM catalog_collection WHERE is_visible) AS places
 WHERE lower(title) LIKE ALL(%(patterns)s)
 ORDER BY NOT starts_with(lower(title), %(text)s), length(title), place LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What stands under the search field: goods, and (kind, handle, title) of categories and collections."""

    cards: list[Card] = field(default_factory=list)
    places: list[tuple[str, str, str]] = field(default_factory=list)
    correction: str = ""

    @property
    def count(self) -> int:
        return len(self.cards) + len(self.places)


def suggest(*, text: str, language: str = "") -> Suggested:
    """Return what begins with these words; nothing for a single Latin letter. Misspelled words are led to what was meant."""
    words = query_words(text, is_typing=True)
    if not words or (len(words) == 1 and len(words[0].text) < 2 and not words[0].is_han):
        return Suggested()
    cards = _goods(text, words, language)
    places = _places(text, language)
    if cards or places:
        return Suggested(cards, places)
    better = correct(words)
    cards = _goods(better, query_words(better), language) if better else []
    return Suggested(cards, [], better if cards else "")


def list_matching_ids(*, text: str, limit: int) -> list[int]:
    """Return the ids of the active products that have all the words, best first."""
    if not query_words(text):
        return []
    return [card["id"] for card in find_goods(Asked(text=text), per_page=limit, with_counts=False).cards]


def _goods(text: str, words: list[Word], language: str) -> list[Card]:
    return find_goods(Asked(text=text), words=words, per_page=MOST_GOODS, language=language, with_counts=False).cards


def _places(text: str, language: str) -> list[tuple[str, str, str]]:
    folded = " ".join(plain(text).split())
    pieces = [piece.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for piece in folded.split()]
    if not pieces:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACES,
            {"language": language, "patterns": [f"%{piece}%" for piece in pieces], "text": folded, "most": MOST_PLACES},
        )
        return list(cursor.fetchall())
