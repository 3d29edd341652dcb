"""The menus of a store that has made none: its collections above, its collections and pages below."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from storefront.catalog.models import Collection
from storefront.catalog.translations import say
from storefront.content.enums import Place, Target
from storefront.content.menus import LABEL_LENGTH, Item
from storefront.content.models import Page

MOST_COLLECTIONS, MOST_PAGES = 5, 12
Rows = Sequence[Mapping[str, Any]]
COLLECTION_FIELDS: Final = ("handle", "title", "translations")
PAGE_FIELDS: Final = ("handle", "title", "translations")


def shown_collections() -> Any:
    """Return the collections that stand in a menu by themselves, in the merchant's order."""
    return Collection.objects.filter(is_visible=True).order_by("position", "id")


def shown_pages() -> Any:
    """Return the pages that stand in the footer by themselves; policies have a line of their own."""
    return Page.objects.filter(is_published=True, in_footer=True, policy="").order_by("position", "id")


def default_items(place: str, collections: Rows, pages: Rows) -> list[Item]:
    """Return a menu's links in the language of the request."""
    goods = [
        _item(_("All goods"), Target.PRODUCTS),
        *(_item(say(one, "title"), Target.COLLECTION, one["handle"]) for one in collections),
    ]
    if place == Place.HEADER:
        return goods
    help_links = [
        _item(_("Track an order"), Target.TRACKING),
        _item(_("Ask a question"), Target.SUPPORT),
        *(_item(say(one, "title"), Target.PAGE, one["handle"]) for one in pages),
    ]
    return [_item(_("Shop"), Target.NOTHING, items=goods), _item(_("Help"), Target.NOTHING, items=help_links)]


def write_defaults(place: str, *, tenant: Any) -> list[Item]:
    """Return a menu as it stands by itself, in the store's language and its further ones, for the merchant to change."""
    collections = list(shown_collections().values(*COLLECTION_FIELDS)[:MOST_COLLECTIONS])
    pages = list(shown_pages().values(*PAGE_FIELDS)[:MOST_PAGES])
    with override(tenant.language):
        items = default_items(place, collections, pages)
    for code in tenant.further_languages:
        with override(code):
            _add_words(items, default_items(place, collections, pages), code)
    return items


def _add_words(items: list[Item], said: list[Item], code: str) -> None:
    for item, other in zip(items, said, strict=True):
        if other["label"] != item["label"] and item["target"] not in (Target.COLLECTION, Target.PAGE):
            item["translations"][code] = {"label": other["label"]}
        _add_words(item["items"], other["items"], code)


def _item(label: str, target: str, value: str = "", items: list[Item] | None = None) -> Item:
    return {
        "label": label[:LABEL_LENGTH],
        "target": str(target),
        "value": value,
        "items": items or [],
        "translations": {},
    }
