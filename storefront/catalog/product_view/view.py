"""The page as its template draws it."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.money import to_decimal
from core.reversing import page_path
from core.text import plain_words, shortened
from storefront.catalog.gallery import show_gallery
from storefront.catalog.jinja import picture
from storefront.catalog.product_view.facts import list_facts
from storefront.catalog.product_view.options import Option, describe_options
from storefront.catalog.product_view.versions import Version, describe_versions
from storefront.catalog.selectors import ProductPage
from storefront.catalog.shown import shown
from storefront.catalog.translations import say

# What could end a script element or a JSON string when it stands in HTML.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product in the reader's words. `crumbs` are {url, label} from the first page to the product's place.

    `gallery` is what `show_gallery` returns;
    `set_items` are {quantity, title, url, picture} of what the chosen version holds, if it is a set.
    """

    page: ProductPage
    chosen: Version
    versions: list[Version]
    options: list[Option]
    title: str
    description_html: str
    description_words: str
    seo_title: str
    about: str
    crumbs: list[dict[str, str]]
    gallery: list[dict[str, Any]]
    facts: list[dict[str, str]]
    set_items: list[dict[str, Any]]

    @property
    def has_media(self) -> bool:
        return any(one["url"] for one in self.gallery)

    @property
    def is_any_here(self) -> bool:
        return any(one.is_here for one in self.versions)

    @property
    def is_any_gone(self) -> bool:
        return not all(one.is_here for one in self.versions)

    @property
    def price_number(self) -> str:
        return str(to_decimal(self.chosen.row["price_amount"], shown().currency))

    @property
    def rating(self) -> float:
        """Return the mean of the reviews' stars, with one decimal; 0 without reviews."""
        count = self.page.product["reviews_count"]
        return round(self.page.product["rating_sum"] / count, 1) if count else 0.0

    def versions_json(self) -> SafeString:
        """Return the versions as JSON that may stand inside a script element, for the page's script."""
        return _embed({"versions": [version.as_json() for version in self.versions]})


def build_product_view(page: ProductPage, *, variant_id: int | None = None) -> ProductView:
    """Choose a version (the one asked for, else the first that can be bought) and describe the others from there."""
    versions = describe_versions(page)
    chosen = next((one for one in versions if one.id == variant_id), None)
    if chosen is None:
        chosen = next((one for one in versions if one.is_here), versions[0])
    description = str(say(page.product, "description_html"))
    words = plain_words(description)
    about = str(say(page.product, "seo_description")) or words
    return ProductView(
        page=page,
        chosen=chosen,
        versions=versions,
        options=describe_options(page, versions, chosen),
        title=str(say(page.product, "title")),
        description_html=description,
        description_words=words,
        seo_title=str(say(page.product, "seo_title")),
        about=shortened(" ".join(about.split()), 160),
        crumbs=_crumbs(page),
        gallery=show_gallery(page.images, page.product["handle"]),
        facts=list_facts(page, chosen),
        set_items=[_set_item(item) for item in page.set_items.get(chosen.id, [])],
    )


def _crumbs(page: ProductPage) -> list[dict[str, str]]:
    home = {"url": page_path("home"), "label": _("Home")}
    if page.categories:
        places = [
            {"url": page_path("category", row["handle"]), "label": str(say(row, "title"))} for row in page.categories
        ]
        return [home, *places]
    if page.collections:
        row = page.collections[0]
        return [home, {"url": page_path("collection", row["handle"]), "label": str(say(row, "title"))}]
    return [home, {"url": page_path("products"), "label": _("All goods")}]


def _set_item(item: dict[str, Any]) -> dict[str, Any]:
    title, version = str(say(item, "title")), " / ".join(map(str, say(item["variant"], "option_values")))
    return {
        "quantity": item["quantity"],
        "title": f"{title}, {version}" if version else title,
        "url": page_path("product", item["handle"]) if item["is_active"] else "",
        "picture": picture(item["cover"]),
    }


def _embed(data: Any) -> SafeString:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308
