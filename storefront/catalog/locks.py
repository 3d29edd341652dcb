"""Rows of the catalog, locked by primary key.

Whoever writes goods or stock locks all products first, in key order and in one turn, those of sets and of parts alike; then
stock rows, in the order of variant and warehouse (`storefront.inventory.locks`); then the customer, whose row also whatever
is written to point at it locks. An order that is there already comes before all of them. A lock of a product that is held
already may come at any time, one of another product may not: two that wait for each other's products wait for good. The
numbers of a set are written with those of its parts, so whoever holds a product holds the sets that it is part of.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_schema
from storefront.catalog.errors import (
    ChangeSetNotFound,
    CollectionNotFound,
    GoodsBusy,
    PriceListNotFound,
    ProductNotFound,
)
from storefront.catalog.models import BundleItem, ChangeSet, Collection, CustomField, PriceList, Product

ATTEMPTS = 8
Held = TypeVar("Held")


class _NamesOthers(Exception):
    """What was asked for is not what it was before the wait."""


def lock_product(product_id: int, *, along: Callable[[], Iterable[int]] = tuple) -> Product:
    """Return the product, held until the transaction ends; rows that point at it are not held up.

    `along` names products that are locked in the same turn, for whoever locks them later in the transaction.
    Raises: ProductNotFound.
    """
    hold_products(lambda: with_sets([product_id]) | set(along()))
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(_("This product is gone. Somebody may have deleted it a moment ago."))
    return product


def lock_products(product_ids: Iterable[int]) -> list[Product]:
    """Return those of the products that exist, held, in the order of their ids."""
    wanted = set(product_ids)
    hold_products(lambda: with_sets(wanted))
    return list(Product.objects.filter(pk__in=wanted).order_by("pk"))


def hold_products(find: Callable[[], Iterable[int]], *, then: Callable[[], object] = tuple) -> None:
    """Lock the products that `find` names, so that it names no others while they are held.

    What `find` reads may change while this waits: then all is let go and asked for anew, since a lock that is taken later
    would be out of order. `then` takes the locks that come after products and keep `find` from changing once more.
    Raises: GoodsBusy where it changes again and again.
    """

    def take() -> bool | None:
        wanted = set(find())
        list(Product.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))
        then()
        return True if wanted.issuperset(find()) else None

    hold_until_named(take)


def hold_until_named(take: Callable[[], Held | None]) -> Held:
    """Return what `take` locks and reads; where it returns None, because it names others now, all is let go and taken anew.

    Raises: GoodsBusy where it changes again and again.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Products are held in a transaction.")
    for _attempt in range(ATTEMPTS):
        with suppress(_NamesOthers), transaction.atomic():
            held = take()
            if held is None:
                raise _NamesOthers
            return held
    raise GoodsBusy(_("Others are changing the same goods at this moment. Nothing was changed. Try again."))


def with_sets(product_ids: Iterable[int]) -> set[int]:
    """Return these products and those of the sets that they are part of."""
    found = set(product_ids)
    sets = BundleItem.objects.filter(component__product_id__in=found)
    return found.union(sets.values_list("bundle__product_id", flat=True))


def lock_collection(collection_id: int) -> Collection:
    """Return the collection, held until the transaction ends.

    Raises: CollectionNotFound.
    """
    row = Collection.objects.select_for_update().filter(pk=collection_id).first()
    if row is None:
        raise CollectionNotFound(_("This collection is gone. Somebody may have deleted it a moment ago."))
    return row


def lock_collections() -> list[Collection]:
    """Return all collections in the merchant's order, locked in the order of their ids."""
    rows = list(Collection.objects.select_for_update().order_by("pk"))
    return sorted(rows, key=lambda row: (row.position, row.pk))


def lock_price_list(list_id: int) -> PriceList:
    """Return the price list, held until the transaction ends.

    Raises: PriceListNotFound.
    """
    row = PriceList.objects.select_for_update().filter(pk=list_id).first()
    if row is None:
        raise PriceListNotFound(_("This currency is gone. Somebody may have removed it a moment ago."))
    return row


def lock_custom_fields(owner: str) -> list[CustomField]:
    """Return the fields of this sort in order, and let nobody else add or move one until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('catalog.custom_fields'), hashtext(%s))", [current_schema()]
        )
    return list(CustomField.objects.filter(owner=owner).order_by("position", "id"))


def lock_category_tree() -> None:
    """Let nobody else move this store's categories until the transaction ends: a move rewrites many rows' paths."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog.categories'), hashtext(%s))", [current_schema()])


def lock_change_set(change_set_id: int) -> ChangeSet:
    """Return what one deed over many goods changed, held until the transaction ends.

    Raises: ChangeSetNotFound.
    """
    change_set = ChangeSet.objects.select_for_update().filter(pk=change_set_id).first()
    if change_set is None:
        raise ChangeSetNotFound(_("There is nothing to undo any more."))
    return change_set
