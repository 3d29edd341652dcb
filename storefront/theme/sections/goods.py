"""What the sections of a page show of the store's own rows, asked for in one question, however many sections there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from storefront.catalog.jinja import picture
from storefront.catalog.models import Category, Collection
from storefront.catalog.selectors import CARD_FIELDS, active_products, said_title
from storefront.catalog.shown import price_cards
from storefront.catalog.translations import say
from storefront.content.models import Post
from storefront.theme.sections.checks import Section

ANY = "any"
_ORDERS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "best": (("-sold_count", "-id"), "sold_count"),
    "newest": (("-published_at", "-id"), "published_at"),
    "saving": (("-sold_count", "-id"), "sold_count"),
}

Rows = dict[str, list[dict[str, Any]]]


def gather_rows(sections: Sequence[Section], *, now: datetime) -> Rows:
    """Return the cards, collections and posts of each section by its id, and one row under ANY where goods are on sale."""
    questions = list(_ask(sections, now=now))
    probe = _labeled(active_products(), ANY, {"id": F("id")})[:1]
    found: Rows = {}
    for row in probe.union(*questions, all=True):
        found.setdefault(row["section"], []).append(row["payload"])
    price_cards([row for rows in found.values() for row in rows if "price_amount" in row])
    return {section: [_finish(row) for row in _in_order(rows)] for section, rows in found.items()}


def drop_repeats(sections: Sequence[Section], rows: Rows) -> None:
    """Take away a row of goods that shows nothing which the rows above it do not show."""
    seen: set[int] = set()
    for section in sections:
        if section["kind"] not in ("goods", "for_you"):
            continue
        ids = {row["id"] for row in rows.get(section["id"], [])}
        if ids and ids <= seen and section["values"].get("source") != "collection":
            rows[section["id"]] = []
        seen |= ids


def name_unsold(sections: Sequence[Section], rows: Rows) -> list[Section]:
    """Return the sections with best-sellers of which nothing was sold yet under the name of what they are: new goods.

    A headline of the merchant's own stays. The row of what is new says the same again and goes.
    """
    named, is_said = [], False
    for section in sections:
        kind, values, found = section["kind"], section["values"], rows.get(section["id"], [])
        if kind == "goods" and values["source"] == "best" and found and not any(row["sold_count"] for row in found):
            title = values["title"] if values["title"] not in _usual_titles() else _("New in the shop")
            named.append({**section, "values": {**values, "title": title, "source": "newest"}})
            is_said = True
            continue
        if kind == "for_you" and is_said:
            rows[section["id"]] = []
        named.append(section)
    return named


@cache
def _usual_titles() -> frozenset[str]:
    """Return what a row of best-sellers is called unless a merchant has named it, in all languages."""
    titles = {""}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            titles.add(_("Best-sellers"))
    return frozenset(titles)


def _ask(sections: Iterable[Section], *, now: datetime) -> "Iterator[QuerySet[Any, dict[str, Any]]]":
    for section in sections:
        values, kind = section["values"], section["kind"]
        limit = int(values.get("count") or 4)
        if kind == "goods" and values["source"] == "collection":
            yield _collection_cards(section["id"], values["collection"], limit)
        elif kind in ("goods", "for_you"):
            yield _cards(section["id"], values.get("source", "newest"), limit)
        elif kind == "collections" and values["source"] == "collections":
            shown = Collection.objects.filter(is_visible=True).order_by("position", "id")
            yield _labeled(shown, section["id"], _GROUP | {"of": Value("collection"), "rank": F("position")})[:limit]
        elif kind == "collections":
            branches = Category.objects.filter(is_visible=True, depth=1).order_by("path")
            yield _labeled(branches, section["id"], _GROUP | {"of": Value("category"), "rank": F("path")})[:limit]
        elif kind == "posts":
            posts = Post.objects.filter(published_at__lte=now).order_by("-published_at", "-id")
            columns = _fields("handle", "title", "excerpt", "cover", "translations", "published_at")
            yield _labeled(posts, section["id"], {**columns, "place": F("published_at")})[:limit]


def _cards(section: str, source: str, limit: int) -> "QuerySet[Any, dict[str, Any]]":
    order, place = _ORDERS[source]
    products = active_products().filter(is_available=True).order_by(*order)
    if source == "saving":
        products = products.filter(compare_at_amount__gt=F("min_price_amount"))
    return _labeled(products, section, {**_card(), "place": F(place)})[:limit]


def _collection_cards(section: str, handle: str, limit: int) -> "QuerySet[Any, dict[str, Any]]":
    inside = active_products().filter(
        collectionproduct__collection__handle=handle, collectionproduct__collection__is_visible=True
    )
    ordered = inside.order_by("collectionproduct__position", "id")
    return _labeled(ordered, section, {**_card(), "rank": F("collectionproduct__position")})[:limit]


def _labeled(rows: QuerySet[Any], section: str, fields: Mapping[str, Any]) -> "QuerySet[Any, dict[str, Any]]":
    label = Value(section, output_field=CharField())
    labeled: QuerySet[Any, dict[str, Any]] = rows.annotate(section=label, payload=JSONObject(**fields)).values(
        "section", "payload"
    )
    return labeled


def _fields(*names: str) -> dict[str, Any]:
    return {"id": F("id"), **{name: F(name) for name in names}}


_GROUP = _fields("handle", "title", "cover", "translations")


def _card() -> dict[str, Any]:
    return {**_fields(*CARD_FIELDS), "price_amount": F("min_price_amount"), "said": said_title()}


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the rows of one section in order again: a union promises none."""
    if rows and "rank" in rows[0]:
        return sorted(rows, key=lambda row: (row["rank"], row["id"]))
    if rows and "place" in rows[0]:
        return sorted(rows, key=lambda row: (row["place"] is not None, row["place"], row["id"]), reverse=True)
    return rows


def _finish(row: dict[str, Any]) -> dict[str, Any]:
    if "price_amount" in row:
        row["url"] = reverse("product", args=[row["handle"]])
        row["title"] = row["said"] or row["title"]
    elif "excerpt" in row:
        row["url"] = reverse("post", args=[row["handle"]])
        row["picture"] = picture(row["cover"])
        row["title"] = say(row, "title")
        row["excerpt"] = say(row, "excerpt")
        row["published_at"] = datetime.fromisoformat(row["published_at"])
    elif "cover" in row:
        row["url"] = reverse(row["of"], args=[row["handle"]])
        row["title"] = say(row, "title")
    return row
