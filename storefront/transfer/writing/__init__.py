"""What each kind of import does with a batch of records."""

from collections.abc import Callable

from storefront.transfer.enums import ImportKind
from storefront.transfer.writing.base import BatchOutcome, Importer, Setting
from storefront.transfer.writing.customers import CustomerImporter
from storefront.transfer.writing.inventory import InventoryImporter
from storefront.transfer.writing.orders import OrderImporter
from storefront.transfer.writing.products import ProductImporter
from storefront.transfer.writing.sorting import GroupImporter

__all__ = ["IMPORTERS", "BatchOutcome", "Importer", "Setting"]

IMPORTERS: dict[ImportKind, Callable[[Setting], Importer]] = {
    ImportKind.PRODUCTS: ProductImporter,
    ImportKind.GROUPS: GroupImporter,
    ImportKind.INVENTORY: InventoryImporter,
    ImportKind.CUSTOMERS: CustomerImporter,
    ImportKind.ORDERS: OrderImporter,
}
