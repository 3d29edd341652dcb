"""Bring counts in: which version lies how often in which warehouse."""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.events import publish
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import hold_products, with_sets
from storefront.catalog.models import ProductVariant
from storefront.inventory.models import Stock, Warehouse
from storefront.inventory.services import set_stock_bulk
from storefront.transfer.cells import CellProblem
from storefront.transfer.columns import ColumnMap, list_fields
from storefront.transfer.enums import FileFormat, ImportKind
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.inventory import StockRow, read_inventory
from storefront.transfer.results import ImportResult
from storefront.transfer.samples import Sample, Sampler, make_sample
from storefront.transfer.writing.base import BatchOutcome, Setting, keep_for_undo

_CODES = ("hs_code", "origin_country")
_FIELDS = list_fields(ImportKind.INVENTORY, FileFormat.SHOPIFY)
_LABELS = {"hs_code": _FIELDS["hs_code"].label, "origin_country": _FIELDS["origin"].label}


class InventoryImporter:
    batch_size = 500

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.warehouses = {name.lower(): pk for pk, name in Warehouse.objects.values_list("pk", "name")}
        self.sampler = Sampler()

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[StockRow]]:
        chosen = self.setting.choices.warehouse_id
        return read_inventory(
            table, columns, location=next((name for name, pk in self.warehouses.items() if pk == chosen), "")
        )

    def take(self, records: Sequence[StockRow], *, dry_run: bool) -> BatchOutcome:
        outcome = BatchOutcome()
        with transaction.atomic():
            batch = _Batch(records, self.warehouses)
            for index, row in enumerate(records):
                try:
                    outcome.updated += batch.add(row)
                except CellProblem as problem:
                    outcome.problems[index] = problem
            outcome.unchanged = len(records) - len(outcome.problems) - outcome.updated
            if dry_run:
                outcome.samples = batch.tell(self.sampler)
            else:
                batch.write(self.setting)
        return outcome

    def conclude(self, result: ImportResult) -> None:
        """Counts leave nothing to be said."""


class _Batch:
    """What a batch of rows is about, read at once and locked; then what it changes."""

    def __init__(self, records: Sequence[StockRow], warehouses: dict[str, int]) -> None:
        self._warehouses = warehouses
        named = Q(product__handle__in={row.handle for row in records if row.handle})
        skus = {row.sku for row in records if not row.handle}
        variants = ProductVariant.objects.filter(named | Q(sku__in=skus) if skus else named)
        hold_products(lambda: with_sets(variants.values_list("product_id", flat=True)))
        found = list(variants.select_related("product").order_by("pk"))
        self._by_title = {(one.product.handle, one.title): one for one in found}
        self._by_sku = {(one.product.handle, one.sku): one for one in found if one.sku}
        self._by_sku |= {("", one.sku): one for one in found if one.sku}
        self._stock = {
            (row.variant_id, row.warehouse_id): row
            for row in Stock.objects.select_for_update(of=("self",))
            .filter(variant__in=found)
            .order_by("variant_id", "warehouse_id")
        }
        self.counts: dict[int, dict[int, int]] = {}
        self.codes: dict[int, ProductVariant] = {}
        self.codes_before: dict[int, list[str]] = {}

    def add(self, row: StockRow) -> bool:
        """Note what a row changes and tell whether it changes anything.

        Raises: CellProblem.
        """
        variant = self._by_title.get((row.handle, row.title)) or self._by_sku.get((row.handle, row.sku))
        if variant is None:
            raise CellProblem("handle", row.handle or row.sku, _("There is no such version in your store."))
        warehouse_id = self._warehouses.get(row.location.lower())
        if warehouse_id is None:
            raise CellProblem("location", row.location, _("You have no warehouse of this name. Add it first."))
        return self._add_codes(variant, row) | self._add_count(variant, warehouse_id, row)

    def _add_codes(self, variant: ProductVariant, row: StockRow) -> bool:
        # A version has a row for each warehouse: one without the code does not take it away.
        wanted = {name: getattr(row, name) for name in _CODES if getattr(row, name)}
        before = [getattr(variant, name) for name in _CODES]
        for name, value in wanted.items():
            setattr(variant, name, value)
        if before == [getattr(variant, name) for name in _CODES]:
            return False
        self.codes[variant.pk] = variant
        self.codes_before.setdefault(variant.pk, before)
        return True

    def _add_count(self, variant: ProductVariant, warehouse_id: int, row: StockRow) -> bool:
        stock = self._stock.get((variant.pk, warehouse_id))
        here = stock.on_hand_count if stock else 0
        if not row.is_stocked and here:
            raise CellProblem("new", "not stocked", _("%(n)s still lie there. Set 0 first.") % {"n": here})
        if row.new is None:
            return False
        if not variant.tracks_stock:
            raise CellProblem("new", str(row.new), _("This version is not counted. Switch counting on first."))
        if row.current is not None and row.current != here and (row.new != here):
            message = _("The count has changed since the list was made: %(here)s lie there now. Make a new list.")
            raise CellProblem("current", str(row.current), message % {"here": here})
        held = stock.reserved_count if stock else 0
        if row.new < 0 or (row.new < held and not variant.sells_when_out):
            message = _("%(held)s of these are held for orders. Write %(held)s or more.")
            raise CellProblem("new", str(row.new), message % {"held": held})
        if row.new == here:
            return False
        self.counts.setdefault(warehouse_id, {})[variant.pk] = row.new
        return True

    def tell(self, sampler: Sampler) -> list[Sample]:
        """Return samples of what was noted."""
        names = dict(Warehouse.objects.values_list("pk", "name"))
        found = {one.pk: one for one in (*self._by_title.values(), *self.codes.values())}
        lines: dict[int, list[tuple[str, str, str]]] = {}
        for warehouse_id, rows in sorted(self.counts.items()):
            for variant_id, count in sorted(rows.items()):
                stock = self._stock.get((variant_id, warehouse_id))
                was = str(stock.on_hand_count if stock else 0)
                lines.setdefault(variant_id, []).append((names[warehouse_id], was, str(count)))
        for variant_id, before in sorted(self.codes_before.items()):
            for name, was in zip(_CODES, before, strict=True):
                if was != (is_now := getattr(self.codes[variant_id], name)):
                    lines.setdefault(variant_id, []).append((str(_LABELS[name]), was, is_now))
        return [make_sample(_full_name(found[pk]), lines[pk]) for pk in sampler.pick(sorted(lines), is_new=False)]

    def write(self, setting: Setting) -> None:
        """Write what was noted, with what is needed to take it back."""
        kept: list[list[object]] = [["codes", pk, *before] for pk, before in sorted(self.codes_before.items())]
        ProductVariant.objects.bulk_update(list(self.codes.values()), list(_CODES))
        for warehouse_id, rows in sorted(self.counts.items()):
            for variant_id, count in sorted(rows.items()):
                stock = self._stock.get((variant_id, warehouse_id))
                kept.append(["count", variant_id, warehouse_id, count - (stock.on_hand_count if stock else 0)])
            set_stock_bulk(
                rows=rows.items(), actor=setting.actor, now=setting.now, reason="import", warehouse_id=warehouse_id
            )
        keep_for_undo(setting, kept)
        touched = {one.product_id for one in self.codes.values()}
        if touched:
            publish(ProductChanged(tuple(sorted(touched))))


def _full_name(variant: ProductVariant) -> str:
    return " · ".join(part for part in (variant.product.title, variant.title) if part)
