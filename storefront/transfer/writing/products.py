"""Bring products in."""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import publish
from storefront.catalog.bulk import ProductRow, find_existing_handles, upsert_products
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import ChangeSet, Product
from storefront.catalog.services import count_lost_pictures
from storefront.catalog.services.changes import add_to_change_set, open_change_set, snapshot_products
from storefront.inventory.bulk import set_sellable_stock
from storefront.transfer.cells import CellProblem
from storefront.transfer.choices import Choices, Existing
from storefront.transfer.columns import MARKET_PRICE, ColumnMap
from storefront.transfer.enums import FileFormat
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.mall import read_mall
from storefront.transfer.products import read_products
from storefront.transfer.results import ImportResult
from storefront.transfer.samples import Sampler
from storefront.transfer.woocommerce import read_woocommerce
from storefront.transfer.writing.base import BatchOutcome, Setting
from storefront.transfer.writing.choosing import apply_choices
from storefront.transfer.writing.differences import Differences
from storefront.transfer.writing.market_prices import MarketPrices


class ProductImporter:
    batch_size = 500

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.images_count, self.lost_pictures = 0, 0
        self.markets = MarketPrices()
        self.change_set: ChangeSet | None = None
        self.sampler = Sampler()

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[ProductRow]]:
        currency, now = self.setting.currency, self.setting.now
        if self.setting.mall is not None:
            return read_mall(table, columns, dict(self.setting.mall), currency=currency)
        if self.setting.file_format == FileFormat.WOOCOMMERCE:
            return read_woocommerce(table, columns, currency=currency, now=now)
        self.markets = MarketPrices.named(columns.open_names(MARKET_PRICE))
        return read_products(table, columns, currency=currency, markets=self.markets.currencies)

    def take(self, records: Sequence[ProductRow], *, dry_run: bool) -> BatchOutcome:
        outcome, choices = BatchOutcome(), self.setting.choices
        existing = find_existing_handles([row.handle for row in records])
        accepted = []
        for index, row in enumerate(records):
            problem = _find_problem(row, choices, is_here=row.handle in existing)
            if problem is not None:
                outcome.problems[index] = problem
            elif row.handle in existing and choices.existing == Existing.SKIP:
                outcome.skipped += 1
            else:
                accepted.append(row)
        if accepted:
            changed = self._write(accepted, existing, outcome, dry_run=dry_run)
            known = sum(row.handle in existing for row in accepted)
            outcome.created = len(accepted) - known
            outcome.updated = max(0, changed - outcome.created)
            outcome.unchanged = known - outcome.updated
        return outcome

    def _write(
        self, accepted: Sequence[ProductRow], existing: set[str], outcome: BatchOutcome, *, dry_run: bool
    ) -> int:
        """Write and return how many products are new or differ."""
        setting = self.setting
        with transaction.atomic():
            before = snapshot_products(Product.objects.filter(handle__in=existing).values_list("pk", flat=True))
            held = {one["product"]["handle"]: one["product"] for one in before.values()}
            rows = apply_choices(accepted, held, setting.choices)
            written = upsert_products(rows=rows, now=setting.now)
            self.markets.write(rows, written.product_ids, before=before, actor=setting.actor, now=setting.now)
            set_sellable_stock(
                rows=written.stock,
                actor=setting.actor,
                now=setting.now,
                warehouse_id=setting.choices.warehouse_id,
            )
            change_set = self._open_change_set()
            changed = add_to_change_set(change_set=change_set, before=before, product_ids=written.product_ids)
            if dry_run:
                outcome.samples = Differences(setting.currency).tell(change_set, changed, self.sampler)
                transaction.set_rollback(True)
                self.change_set = None
            else:
                publish(ProductChanged(written.product_ids))
        self.images_count += sum(len(row.images) for row in rows)
        self.lost_pictures += sum(count_lost_pictures(str(row.fields.get("description_html", ""))) for row in rows)
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
        if self.lost_pictures:
            result.notes.append(
                ngettext(
                    "%(n)s picture inside a description lies at another address and is left out. Put it into the text here.",
                    "%(n)s pictures inside descriptions lie at other addresses and are left out. Put them into the texts here.",
                    self.lost_pictures,
                )
                % {"n": self.lost_pictures}
            )
        if self.images_count:
            result.notes.append(
                ngettext(
                    "%(n)s file is named by its address. It is fetched after the import.",
                    "%(n)s files are named by their addresses. They are fetched after the import.",
                    self.images_count,
                )
                % {"n": self.images_count}
            )


def _find_problem(row: ProductRow, choices: Choices, *, is_here: bool) -> CellProblem | None:
    """Return why a product cannot be taken as it was chosen, or None."""
    if is_here:
        return None
    if choices.language:
        message = _("This product is not in your store. Bring it in your store’s own language first, then these texts.")
        return CellProblem("handle", row.handle, message)
    if any("price_amount" not in item.fields for item in row.variants):
        return CellProblem("price", "", _("A new product needs a price, such as 12.90."))
    return None
