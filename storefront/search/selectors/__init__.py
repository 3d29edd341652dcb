"""Find goods: by words, by what they are, by what was meant."""

from storefront.search.selectors.leads import find_lead, list_leads, list_places
from storefront.search.selectors.listing import PER_PAGE, Arrangement, Card, Listed, find_goods, get_arrangement
from storefront.search.selectors.report import Report, get_layout, get_report, list_synonyms
from storefront.search.selectors.spelling import search_goods
from storefront.search.selectors.suggesting import Suggested, list_matching_ids, suggest

__all__ = [
    "PER_PAGE",
    "Arrangement",
    "Card",
    "Listed",
    "Report",
    "Suggested",
    "find_goods",
    "find_lead",
    "get_arrangement",
    "get_layout",
    "get_report",
    "list_leads",
    "list_matching_ids",
    "list_places",
    "list_synonyms",
    "search_goods",
    "suggest",
]
