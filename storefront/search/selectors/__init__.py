"""Find goods: by words, by what they are, by what was meant."""

from storefront.search.selectors.listing import PER_PAGE, Card, Listed, find_goods
from storefront.search.selectors.spelling import search_goods
from storefront.search.selectors.suggesting import Suggested, list_matching_ids, suggest

__all__ = ["PER_PAGE", "Card", "Listed", "Suggested", "find_goods", "list_matching_ids", "search_goods", "suggest"]
