"""Bring products in."""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import publish
from storefront.catalog.bulk import ProductRow, find_existing_handles, upsert_products
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import ChangeSet, Product
from storefront.catalog.services.changes import add_to_change_set, open_change_set, snapshot_products
from storefront.inventory.bulk import set_sellable_stock
from storefront.transfer.cells import CellProblem
from storefront.transfer.columns import MARKET_PRICE, ColumnMap
from storefront.transfer.enums import FileFormat
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.mall import read_mall
from storefront.transfer.products import read_products
from storefront.transfer.results import ImportResult
from storefront.transfer.woocommerce import read_woocommerce
from storefront.transfer.writing.base import BatchOutcome, Setting
from storefront.transfer.writing.market_prices import MarketPrices


class ProductImporter:
    batch_size = 500

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.images_count = 0
        self.markets = MarketPrices()
        self.change_set: ChangeSet | None = None

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[ProductRow]]:
        currency, now = self.setting.currency, self.setting.now
        if self.setting.mall is not None:
            return read_mall(table, columns, dict(self.setting.mall), currency=currency)
        if self.setting.file_format == FileFormat.WOOCOMMERCE:
            return read_woocommerce(table, columns, currency=currency, now=now)
        self.markets = MarketPrices.named(columns.open_names(MARKET_PRICE))
        return read_products(table, columns, currency=currency, markets=self.markets.currencies)

    def take(self, records: Sequence[ProductRow], *, dry_run: bool) -> BatchOutcome:
        outcome = BatchOutcome()
        existing = find_existing_handles([row.handle for row in records])
        accepted = []
        for index, row in enumerate(records):
            if row.handle not in existing and any("price_amount" not in item.fields for item in row.variants):
                outcome.problems[index] = CellProblem("price", "", _("A new product needs a price, such as 12.90."))
                continue
            accepted.append(row)
            self.images_count += len(row.images)
        if accepted:
            changed = self._write(accepted, existing, dry_run=dry_run)
            known = sum(row.handle in existing for row in accepted)
            outcome.created = len(accepted) - known
            outcome.updated = max(0, changed - outcome.created)
            outcome.unchanged = known - outcome.updated
        return outcome

    def _write(self, rows: Sequence[ProductRow], existing: set[str], *, dry_run: bool) -> int:
        """Write and return how many products are new or differ."""
        with transaction.atomic():
            before = snapshot_products(Product.objects.filter(handle__in=existing).values_list("pk", flat=True))
            written = upsert_products(rows=rows, now=self.setting.now)
            self.markets.write(rows, written.product_ids)
            set_sellable_stock(rows=written.stock, actor=self.setting.actor, now=self.setting.now)
            changed = add_to_change_set(
                change_set=self._open_change_set(), before=before, product_ids=written.product_ids
            )
            if dry_run:
                transaction.set_rollback(True)
                self.change_set = None
            else:
                publish(ProductChanged(written.product_ids))
        return len(changed)

    def _open_change_set(self) -> ChangeSet:
        run = self.setting.run
        if self.change_set is None and run is not None and run.change_set_id is not None:
            # A worker that took over goes on in the same deed.
            self.change_set = ChangeSet.objects.filter(pk=run.change_set_id).first()
        if self.change_set is None:
            title = _("Import: %(name)s") % {"name": run.filename[:200] if run else ""}
            self.change_set = open_change_set(title=title, actor=self.setting.actor, now=self.setting.now)
            if run is not None:
                type(run).objects.filter(pk=run.pk).update(change_set_id=self.change_set.pk)
        return self.change_set

    def conclude(self, result: ImportResult) -> None:
        result.images_count = self.images_count
        result.notes += self.markets.notes()
        if self.images_count:
            result.notes.append(
                ngettext(
                    "%(n)s picture is named by its address. It is fetched after the import.",
                    "%(n)s pictures are named by their addresses. They are fetched after the import.",
                    self.images_count,
                )
                % {"n": self.images_count}
            )
