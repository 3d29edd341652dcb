"""What each kind of import does with a batch of records: look what is there already, or write."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import publish
from storefront.catalog.bulk import ProductRow, find_existing_handles, upsert_products
from storefront.catalog.events import ProductChanged
from storefront.customers.bulk import CustomerRow, find_existing_emails, upsert_customers
from storefront.inventory.bulk import set_sellable_stock
from storefront.orders.bulk import HistoricOrder, find_existing_names, insert_historic_orders
from storefront.orders.enums import OrderSource
from storefront.transfer.cells import CellProblem
from storefront.transfer.columns import ColumnMap
from storefront.transfer.customers import read_customers
from storefront.transfer.enums import ImportKind
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.orders import read_orders
from storefront.transfer.products import read_products
from storefront.transfer.results import ImportResult


@dataclass(frozen=True, slots=True)
class Setting:
    """What an import needs to know of the store and of itself."""

    currency: str
    language: str
    actor: str
    now: datetime


@dataclass(slots=True)
class BatchOutcome:
    created: int = 0
    updated: int = 0
    skipped: int = 0
    problems: dict[int, CellProblem] = field(default_factory=dict)


class Importer(Protocol):
    """One kind of import. `take` writes unless it is a dry run, and counts the same either way."""

    batch_size: int

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[Any]]: ...

    def take(self, records: Sequence[Any], *, dry_run: bool) -> BatchOutcome: ...

    def conclude(self, result: ImportResult) -> None: ...


class ProductImporter:
    batch_size = 500

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.images_count = 0

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[ProductRow]]:
        return read_products(table, columns, currency=self.setting.currency)

    def take(self, records: Sequence[ProductRow], *, dry_run: bool) -> BatchOutcome:
        outcome = BatchOutcome()
        existing = find_existing_handles([row.handle for row in records])
        accepted = []
        for index, row in enumerate(records):
            if row.handle not in existing and any("price_amount" not in item.fields for item in row.variants):
                outcome.problems[index] = CellProblem("price", "", _("A new product needs a price, such as 12.90."))
                continue
            accepted.append(row)
            outcome.updated += row.handle in existing
            outcome.created += row.handle not in existing
            self.images_count += len(row.images)
        if accepted and not dry_run:
            with transaction.atomic():
                written = upsert_products(rows=accepted, now=self.setting.now)
                set_sellable_stock(rows=written.stock, actor=self.setting.actor, now=self.setting.now)
                publish(ProductChanged(written.product_ids))
        return outcome

    def conclude(self, result: ImportResult) -> None:
        if self.images_count:
            result.notes.append(
                ngettext(
                    "%(n)s picture address was noted. Pictures are not fetched yet: add them on the product’s page.",
                    "%(n)s picture addresses were noted. Pictures are not fetched yet: add them on the product’s page.",
                    self.images_count,
                )
                % {"n": self.images_count}
            )


class CustomerImporter:
    batch_size = 1000

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[CustomerRow]]:
        return read_customers(table, columns, currency=self.setting.currency)

    def take(self, records: Sequence[CustomerRow], *, dry_run: bool) -> BatchOutcome:
        if dry_run:
            existing = find_existing_emails([row.email for row in records])
            return BatchOutcome(created=len(records) - len(existing), updated=len(existing))
        created, updated = upsert_customers(rows=records, now=self.setting.now)
        return BatchOutcome(created=created, updated=updated)

    def conclude(self, result: ImportResult) -> None:
        """Customers leave nothing to be said."""


class OrderImporter:
    batch_size = 500

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.lines_count = 0
        self.lines_without_product = 0
        self.sums: dict[str, int] = {}

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[HistoricOrder]]:
        return read_orders(table, columns, currency=self.setting.currency)

    def take(self, records: Sequence[HistoricOrder], *, dry_run: bool) -> BatchOutcome:
        outcome = BatchOutcome()
        taken = find_existing_names([order.name for order in records])
        fresh = []
        for index, order in enumerate(records):
            source = taken.get(order.name)
            if source == OrderSource.IMPORT:
                outcome.skipped += 1
            elif source is not None:
                message = _("Your store has an order of its own with this number. Give this one another number.")
                outcome.problems[index] = CellProblem("name", order.name, message)
            else:
                fresh.append(order)
        if fresh and not dry_run:
            with transaction.atomic():
                written = insert_historic_orders(
                    orders=fresh,
                    currency=self.setting.currency,
                    language=self.setting.language,
                    actor=self.setting.actor,
                    now=self.setting.now,
                )
                publish(ProductChanged(written.product_ids))
            self.lines_without_product += written.lines_without_product
        for order in fresh:
            self.lines_count += len(order.lines)
            self.sums[order.currency] = self.sums.get(order.currency, 0) + order.total_amount
        outcome.created = len(fresh)
        return outcome

    def conclude(self, result: ImportResult) -> None:
        result.lines_count = self.lines_count
        result.sums = self.sums
        if result.skipped:
            result.notes.append(
                ngettext(
                    "%(n)s order was here already and stays as it is.",
                    "%(n)s orders were here already and stay as they are.",
                    result.skipped,
                )
                % {"n": result.skipped}
            )
        if self.lines_without_product:
            result.notes.append(
                ngettext(
                    "%(n)s line names no product of your store; it is kept with its words and price.",
                    "%(n)s lines name no product of your store; they are kept with their words and prices.",
                    self.lines_without_product,
                )
                % {"n": self.lines_without_product}
            )
        if foreign := sorted(set(self.sums) - {self.setting.currency}):
            result.notes.append(
                _("Orders in %(currencies)s keep their currency and do not count in what customers spent in %(own)s.")
                % {"currencies": ", ".join(foreign), "own": self.setting.currency}
            )


IMPORTERS: dict[ImportKind, Callable[[Setting], Importer]] = {
    ImportKind.PRODUCTS: ProductImporter,
    ImportKind.CUSTOMERS: CustomerImporter,
    ImportKind.ORDERS: OrderImporter,
}
