"""The store's own lists, as other shops' programs read them; a row at a time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

from storefront.transfer.enums import ImportKind
from storefront.transfer.exports.customers import CustomersExport
from storefront.transfer.exports.inventory import InventoryExport
from storefront.transfer.exports.orders import OrdersExport
from storefront.transfer.exports.products import ProductsExport
from storefront.transfer.exports.sorting import GroupsExport
from storefront.transfer.exports.writing import Ids, open_target, write_rows
from tenants.models import Tenant

__all__ = ["EXPORTS", "Export", "Ids", "open_target", "write_rows"]


class Export(Protocol):
    """One kind of list. `rows` yields how many things are done with each row; `numbers` names the columns of numbers."""

    @property
    def header(self) -> Sequence[str]: ...

    @property
    def numbers(self) -> Collection[str]: ...

    def count(self) -> int: ...

    def rows(self) -> Iterator[tuple[int, list[str]]]: ...


EXPORTS: dict[ImportKind, Callable[[Tenant, Ids], Export]] = {
    ImportKind.PRODUCTS: ProductsExport,
    ImportKind.GROUPS: GroupsExport,
    ImportKind.INVENTORY: InventoryExport,
    ImportKind.CUSTOMERS: CustomersExport,
    ImportKind.ORDERS: OrdersExport,
}
