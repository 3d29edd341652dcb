"""What to offer while somebody types, and ids for those who ask by event."""

from storefront.search.asking import Asked
from storefront.search.selectors.listing import Card, find_goods
from storefront.search.words import query_words


def suggest(*, text: str, limit: int = 6, language: str = "") -> list[Card]:
    """Return the first few goods whose words begin like these; nothing for a single Latin letter."""
    words = query_words(text, is_typing=True)
    if not words or (len(words) == 1 and len(words[0].text) < 2 and not words[0].is_han):
        return []
    return find_goods(Asked(text=text), words=words, per_page=limit, language=language, with_counts=False).cards


def list_matching_ids(*, text: str, limit: int) -> list[int]:
    """Return the ids of the active products that have all the words, best first."""
    if not query_words(text):
        return []
    return [card["id"] for card in find_goods(Asked(text=text), per_page=limit, with_counts=False).cards]
