"""Rows of the catalog, locked by primary key."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_schema
from storefront.catalog.errors import ChangeSetNotFound, CollectionNotFound, PriceListNotFound, ProductNotFound
from storefront.catalog.models import ChangeSet, Collection, CustomField, PriceList, Product


def lock_product(product_id: int) -> Product:
    """Return the product, held until the transaction ends; rows that point at it are not held up.

    Raises: ProductNotFound.
    """
    product = Product.objects.select_for_update(no_key=True).filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(_("This product is gone. Somebody may have deleted it a moment ago."))
    return product


def lock_products(product_ids: list[int]) -> list[Product]:
    """Return those of the products that exist, locked in the order of their ids."""
    return list(Product.objects.select_for_update(no_key=True).filter(pk__in=product_ids).order_by("pk"))


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
