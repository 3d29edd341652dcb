"""Searches that have a page of their own."""

from core.shared_pages import remember
from storefront.catalog.models import Category, Collection
from storefront.search.leads import is_safe
from storefront.search.models import SearchLead
from storefront.search.words import query_words

LONGEST_TERM, MOST_PLACES = 200, 100


def fold(text: str) -> str:
    """Return the words of a search as they are compared: folded, in order."""
    return " ".join(word.text for word in query_words(text))[:LONGEST_TERM]


def find_lead(text: str) -> str | None:
    """Return the path that a search leads to, or None; one that would leave the store is none."""
    leads: dict[str, str] = remember("leads", lambda: dict(SearchLead.objects.values_list("term", "path")))
    path = leads.get(fold(text)) if leads else None
    return path if path is not None and is_safe(path) else None


def list_leads() -> list[SearchLead]:
    """Return all leads by their words."""
    return list(SearchLead.objects.order_by("text", "pk"))


def list_places() -> list[tuple[str, str]]:
    """Return the collections and categories that shoppers see, as (path, title), to choose from."""
    found = []
    for model, kind in ((Collection, "collections"), (Category, "categories")):
        rows = model.objects.filter(is_visible=True).order_by("title").values_list("handle", "title")[:MOST_PLACES]
        found += [(f"/{kind}/{handle}/", title) for handle, title in rows]
    return found
