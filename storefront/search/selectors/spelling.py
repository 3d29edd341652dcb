"""What somebody may have meant, and goods for words that were misspelled."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import connection

from storefront.search.asking import Asked
from storefront.search.cutting import spell
from storefront.search.selectors.listing import Listed, find_goods
from storefront.search.spelling import grams, most_mistakes, nearest
from storefront.search.words import Word, query_words

MOST_NEAR = 60
_KNOWN = """
SELECT ARRAY(SELECT EXISTS (SELECT FROM search_searchdocument WHERE vector @@ word::tsquery) FROM unnest(%s::text[]) word)
"""
_NEAR = """
SELECT word, shown, products_count FROM search_searchword
 WHERE grams && %(grams)s::text[] AND length(word) BETWEEN %(short)s AND %(long)s
 ORDER BY cardinality(ARRAY(SELECT unnest(grams) INTERSECT SELECT unnest(%(grams)s::text[]))) DESC, products_count DESC
 LIMIT %(most)s
"""
_ALIKE = "SELECT sound, shown FROM search_searchword WHERE sound = ANY(%s) ORDER BY products_count, word"


def search_goods(asked: Asked, *, language: str = "", per_page: int = 24) -> Listed:
    """Return what has all the words; where nothing has, what has them spelled right, then what has some of them."""
    words = query_words(asked.text)
    found = find_goods(asked, language=language, per_page=per_page, words=words)
    if not words or _has_any(found, words, language):
        return found
    better = correct(words)
    if better:
        meant = query_words(better)
        other = find_goods(asked, language=language, per_page=per_page, words=meant)
        if _has_any(other, meant, language):
            return replace(other, correction=better)
    if len(words) > 1:
        return find_goods(asked, language=language, per_page=per_page, words=words, is_loose=True)
    return found


def _has_any(found: Listed, words: Sequence[Word], language: str) -> bool:
    """Tell whether goods have the words, be it that none of them passes the filters."""
    if found.total or not found.asked.filters_count:
        return found.total > 0
    bare = replace(found.asked, chosen={}, price_from=None, price_to=None, in_stock=False, page=1)
    return find_goods(bare, language=language, per_page=1, words=words, with_counts=False).total > 0


def correct(words: Sequence[Word]) -> str:
    """Return the words with the unknown ones replaced by the nearest of the store, or nothing where none is near."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[word.literal for word in words]])
        known = cursor.fetchone()[0]
    texts = [word.text for word in words]
    better = _correct_han(words)
    if not better:
        better = [text if here else _nearest(text) or text for text, here in zip(texts, known, strict=True)]
    return _joined(better) if better != texts else ""


def _nearest(word: str) -> str:
    allowed = most_mistakes(word)
    if not allowed:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR,
            {"grams": grams(word), "short": len(word) - allowed, "long": len(word) + allowed, "most": MOST_NEAR},
        )
        return nearest(word, cursor.fetchall())


def _correct_han(words: Sequence[Word]) -> list[str]:
    """Return the words with neighbors put together that sound like a word of the store: 紫 沙壶 gives 紫砂壶."""
    texts = [word.text for word in words]
    sounds = {
        spell("".join(texts[start:end])): (start, end)
        for start in range(len(words))
        for end in range(start + 1, min(start + 4, len(words)) + 1)
        if all(word.is_han for word in words[start:end]) and 1 < len("".join(texts[start:end])) < 8
    }
    if not sounds:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [list(sounds)])
        alike = dict(cursor.fetchall())
    changes = sorted(
        ((sounds[sound], shown) for sound, shown in alike.items() if "".join(texts[slice(*sounds[sound])]) != shown),
        key=lambda change: change[0][0] - change[0][1],
    )
    taken: set[int] = set()
    for (start, end), shown in changes:
        if taken.isdisjoint(range(start, end)):
            taken |= set(range(start, end))
            texts[start:end] = [shown, *[""] * (end - start - 1)]
    return [text for text in texts if text] if taken else []


def _joined(texts: Sequence[str]) -> str:
    """Return words as they are written: Chinese ones without spaces between them."""
    written = ""
    for text in texts:
        written += text if not written or (not text.isascii() and not written[-1].isascii()) else f" {text}"
    return written
