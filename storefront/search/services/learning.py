"""Keep the words that misspelled ones are led to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from storefront.search.cutting import spell
from storefront.search.models import SearchWord
from storefront.search.spelling import grams, is_worth_keeping

MOST = 50_000
_WORDS_OF = """
SELECT lexeme, count(*) FROM search_searchdocument, unnest(names)
 WHERE product_id = ANY(%s) AND weights && '{A,B}' GROUP BY lexeme
"""
_ALL_WORDS = """
SELECT word, ndoc FROM ts_stat('SELECT names FROM search_searchdocument WHERE names IS NOT NULL', 'ab')
 ORDER BY ndoc DESC, word LIMIT %s
"""


def learn_words(*, product_ids: Sequence[int]) -> int:
    """Remember the words of these products' names and return how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDS_OF, [list(product_ids)])
        found = dict(cursor.fetchall())
    known = set(SearchWord.objects.filter(word__in=found).values_list("word", flat=True))
    fresh = _rows({word: count for word, count in found.items() if word not in known})
    SearchWord.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    return len(fresh)


def tidy_words(*, now: datetime) -> int:
    """Remember all words with how many products have them, forget those that none has, and return how many stay."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_WORDS, [MOST])
        found = dict(cursor.fetchall())
    rows = _rows(found)
    SearchWord.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["word"],
        update_fields=["shown", "sound", "grams", "products_count"],
    )  # fmt: skip
    SearchWord.objects.exclude(word__in=[row.word for row in rows]).delete()
    return len(rows)


def _rows(counts: dict[str, int]) -> list[SearchWord]:
    """Return words as rows, in order, so that two writers never wait for each other in a ring."""
    rows: dict[str, SearchWord] = {}
    for word, count in counts.items():
        if not is_worth_keeping(word):
            continue
        sound = "" if word.isascii() else spell(word)
        rows[word] = SearchWord(
            word=word, shown=word, sound=sound[:120] if sound != word else "", grams=grams(word), products_count=count
        )
        if sound.isascii() and len(sound) >= 4 and sound not in counts:
            rows[sound] = SearchWord(word=sound[:60], shown=word, grams=grams(sound[:60]), products_count=count)
    return [rows[word] for word in sorted(rows)]
