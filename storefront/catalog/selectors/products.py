"""Products as shoppers see them and as the merchant keeps them; cards come as plain rows, without models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import CollectionNotFound, ProductNotFound
from storefront.catalog.models import Collection, Product, ProductImage, ProductVariant
from storefront.catalog.shown import price_cards

PER_PAGE = 24
CARD_FIELDS = (
    *("id", "handle", "title", "max_price_amount", "compare_at_amount", "cover"),
    *("is_available", "available_count", "variants_count", "rating_sum", "reviews_count", "sold_count"),
)
SORTS: dict[str, tuple[str, ...]] = {
    "best": ("-sold_count", "-id"),
    "newest": ("-published_at", "-id"),
    "price": ("min_price_amount", "id"),
    "-price": ("-min_price_amount", "-id"),
}
DEFAULT_SORT = "best"
SORT_LABELS = {
    "best": _("Best-selling"),
    "newest": _("Newest"),
    "price": _("Price, low to high"),
    "-price": _("Price, high to low"),
}

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of cards; `number` and `pages_count` count from 1."""

    cards: list[Card]
    total: int
    number: int
    pages_count: int


def to_cards(products: QuerySet[Product]) -> list[Card]:
    """Return the rows as cards: CARD_FIELDS, `price_amount` (the lowest) and `url`; amounts in the shown currency."""
    rows: list[Card] = list(products.values(*CARD_FIELDS, price_amount=F("min_price_amount"), said=said_title()))
    if rows:
        # One reverse() for the whole page: it costs more than the rest of a card.
        pattern = reverse("product", args=["-"])
        head = pattern[: -len("-/")]
        for row in rows:
            row["title"] = row.pop("said") or row["title"]
            row["url"] = f"{head}{row['handle']}/"
    return price_cards(rows)


def said_title() -> Any:
    """Return the column of titles in the language of the request; empty or null is said in the store's own."""
    language = translation.get_language()
    if language is None or language == current_tenant().language:
        return Value("")
    return KT(f"translations__{language}__title")


def active_products() -> QuerySet[Product]:
    """Return the products that shoppers may see."""
    return Product.objects.filter(status=ProductStatus.ACTIVE)


def count_active() -> int:
    """Return how many products shoppers may see."""
    return active_products().count()


def list_cards(
    *, collection: Collection | None = None, sort: str = DEFAULT_SORT, page: int = 1, per_page: int = PER_PAGE
) -> CardPage:
    """Return a page of what is for sale, in two queries; a page beyond the last one is the last one."""
    products = active_products()
    if collection is not None:
        products = products.filter(collectionproduct__collection=collection)
    total = products.count()
    pages_count = max(1, -(-total // per_page))
    number = min(max(1, page), pages_count)
    start = (number - 1) * per_page
    ordered = products.order_by(*SORTS.get(sort, SORTS[DEFAULT_SORT]))
    return CardPage(to_cards(ordered[start : start + per_page]) if total else [], total, number, pages_count)


def list_cards_by_ids(ids: Sequence[int]) -> list[Card]:
    """Return the cards of these products in this order, without those that cannot be bought now."""
    found = {card["id"]: card for card in to_cards(active_products().filter(pk__in=list(ids), is_available=True))}
    return [found[product_id] for product_id in ids if product_id in found]


def list_best_cards(*, limit: int = 4, sort: str = DEFAULT_SORT) -> list[Card]:
    """Return the first few of what can be bought now, best-sellers first unless told otherwise."""
    return to_cards(active_products().filter(is_available=True).order_by(*SORTS[sort])[:limit])


def get_product(product_id: int) -> Product:
    """Return a product in whatever state it is, for the merchant.

    Raises: ProductNotFound.
    """
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(_("There is no such product. It may have been deleted."))
    return product


def get_variant(variant_id: int) -> ProductVariant:
    """Return a version with its product, for the merchant.

    Raises: ProductNotFound.
    """
    variant = ProductVariant.objects.select_related("product").filter(pk=variant_id).first()
    if variant is None:
        raise ProductNotFound(_("This version is gone. Somebody may have deleted it a moment ago."))
    return variant


def list_variants(product_id: int) -> list[ProductVariant]:
    """Return a product's versions in order."""
    return list(ProductVariant.objects.filter(product_id=product_id).order_by("position", "id"))


def list_images(product_id: int) -> list[ProductImage]:
    """Return a product's pictures in order."""
    return list(ProductImage.objects.filter(product_id=product_id).exclude(path="").order_by("position", "id"))


def get_collection(handle: str) -> Collection:
    """Return a visible collection.

    Raises: CollectionNotFound.
    """
    collection = Collection.objects.filter(handle=handle, is_visible=True).first()
    if collection is None:
        raise CollectionNotFound(_("There is no such collection."))
    return collection


def list_collections(limit: int = 6) -> list[Collection]:
    """Return the first visible collections, in the merchant's order."""
    return list(Collection.objects.filter(is_visible=True).order_by("position", "id")[:limit])
