"""Bring orders of the past in."""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import publish
from storefront.catalog.events import ProductChanged
from storefront.orders.bulk import HistoricOrder, find_existing_names, insert_historic_orders
from storefront.orders.enums import OrderSource
from storefront.transfer.cells import CellProblem
from storefront.transfer.columns import ColumnMap
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.orders import read_orders
from storefront.transfer.results import ImportResult
from storefront.transfer.writing.base import BatchOutcome, Setting, keep_for_undo


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
                keep_for_undo(self.setting, [["order", pk] for pk in written.order_ids])
                keep_for_undo(self.setting, [["guest", pk] for pk in written.guest_ids])
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
