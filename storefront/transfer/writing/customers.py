"""Bring customers in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from storefront.customers.bulk import CustomerRow, read_customers_as_kept, upsert_customers
from storefront.transfer.columns import ColumnMap
from storefront.transfer.customers import read_customers
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.results import ImportResult
from storefront.transfer.writing.base import BatchOutcome, Setting, keep_for_undo


class CustomerImporter:
    batch_size = 1000

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[CustomerRow]]:
        return read_customers(table, columns, currency=self.setting.currency)

    def take(self, records: Sequence[CustomerRow], *, dry_run: bool) -> BatchOutcome:
        emails = [row.email for row in records]
        with transaction.atomic():
            before = read_customers_as_kept(emails)
            upsert_customers(rows=records, now=self.setting.now)
            after = read_customers_as_kept(emails)
            changed = [pk for pk in after if before.get(pk) != after[pk]]
            if dry_run:
                transaction.set_rollback(True)
            else:
                rows: list[list[Any]] = [[pk, before.get(pk), after[pk]] for pk in changed]
                keep_for_undo(self.setting, rows)
        created = len(after) - len(before)
        return BatchOutcome(created=created, updated=len(changed) - created, unchanged=len(after) - len(changed))

    def conclude(self, result: ImportResult) -> None:
        """Customers leave nothing to be said."""
