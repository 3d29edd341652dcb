"""Collections as the merchant keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from storefront.catalog.errors import CollectionNotFound
from storefront.catalog.models import Collection, CollectionProduct, Product
from storefront.catalog.rules import build_question
from storefront.catalog.selectors.products import SORTS

PREVIEWED = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """How many products fit rules that are being written, and the first few of them."""

    count: int
    products: list[Product]


def list_all_collections(query: str = "") -> "QuerySet[Any]":
    """Return the merchant's collections in order, each with `products_count`."""
    rows = Collection.objects.annotate(products_count=Count("collectionproduct"))
    words = query.strip()
    if words:
        rows = rows.filter(title__icontains=words)
    return rows.order_by("position", "id")


def get_collection_by_id(collection_id: int) -> Collection:
    """Return a collection in whatever state it is, for the merchant.

    Raises: CollectionNotFound.
    """
    row = Collection.objects.filter(pk=collection_id).first()
    if row is None:
        raise CollectionNotFound(_("There is no such collection. It may have been deleted."))
    return row


def list_products_in(collection: Collection) -> QuerySet[Product]:
    """Return a collection's products in the order that shoppers see them in, those that are not for sale too."""
    own = Product.objects.filter(collectionproduct__collection=collection)
    if collection.sort in SORTS:
        return own.order_by(*SORTS[collection.sort])
    return own.order_by("collectionproduct__position", "collectionproduct__id")


def list_products_to_add(collection: Collection, query: str, limit: int = 10) -> list[Product]:
    """Return products that a search finds and that are not in the collection."""
    words = query.strip()
    if not words:
        return []
    own = CollectionProduct.objects.filter(collection=collection).values("product_id")
    return list(Product.objects.filter(title__icontains=words).exclude(pk__in=own).order_by("title", "id")[:limit])


def preview_rules(rules: Sequence[Mapping[str, Any]], match: str, *, now: datetime) -> Preview:
    """Return what these rules would hold, in two queries; the rules come from `rules.clean_rules`."""
    found = Product.objects.filter(build_question(rules, match, now=now))
    return Preview(found.count(), list(found.order_by(*SORTS["best"])[:PREVIEWED]))


def list_collections_of(product_id: int) -> list[Collection]:
    """Return the collections that a product is in, in order."""
    return list(Collection.objects.filter(collectionproduct__product_id=product_id).order_by("position", "id"))
