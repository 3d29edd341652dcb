"""Bring customers in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy, pgettext

from core.money import format_money
from storefront.customers.bulk import CustomerRow, find_existing_emails, read_customers_as_kept, upsert_customers
from storefront.customers.models import Customer
from storefront.transfer.choices import Existing
from storefront.transfer.columns import ColumnMap, list_fields
from storefront.transfer.customers import read_customers
from storefront.transfer.enums import FileFormat, ImportKind
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.results import ImportResult, shorten
from storefront.transfer.samples import Sample, Sampler, make_sample
from storefront.transfer.writing.base import BatchOutcome, Setting, keep_for_undo

_FIELDS = list_fields(ImportKind.CUSTOMERS, FileFormat.SHOPIFY)
LABELS = {
    "name": gettext_lazy("Name"),
    "phone": _FIELDS["phone"].label,
    "country": _FIELDS["country"].label,
    "accepts_marketing": _FIELDS["accepts_marketing"].label,
    "address": _FIELDS["line1"].label,
    "tags": _FIELDS["tags"].label,
    "note": _FIELDS["note"].label,
    "external_id": _FIELDS["external_id"].label,
    "spent_amount": _FIELDS["spent"].label,
    "orders_count": _FIELDS["orders"].label,
}


class CustomerImporter:
    batch_size = 1000

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.sampler = Sampler()

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[CustomerRow]]:
        return read_customers(table, columns, currency=self.setting.currency)

    def take(self, records: Sequence[CustomerRow], *, dry_run: bool) -> BatchOutcome:
        outcome = BatchOutcome()
        if self.setting.choices.existing == Existing.SKIP:
            here = find_existing_emails([row.email for row in records])
            outcome.skipped = sum(row.email in here for row in records)
            records = [row for row in records if row.email not in here]
        emails = [row.email for row in records]
        with transaction.atomic():
            before = read_customers_as_kept(emails)
            upsert_customers(rows=records, now=self.setting.now)
            after = read_customers_as_kept(emails)
            changed = [pk for pk in after if before.get(pk) != after[pk]]
            if dry_run:
                outcome.samples = self._tell(changed, before, after)
                transaction.set_rollback(True)
            else:
                rows: list[list[Any]] = [[pk, before.get(pk), after[pk]] for pk in changed]
                keep_for_undo(self.setting, rows)
        created = len(after) - len(before)
        outcome.created, outcome.updated = created, len(changed) - created
        outcome.unchanged = len(after) - len(changed)
        return outcome

    def _tell(
        self, changed: Sequence[int], before: dict[int, dict[str, Any]], after: dict[int, dict[str, Any]]
    ) -> list[Sample]:
        """Return samples of what is new and of what changed."""
        picked = [
            *self.sampler.pick([pk for pk in changed if pk not in before], is_new=True),
            *self.sampler.pick([pk for pk in changed if pk in before], is_new=False),
        ]
        emails = dict(Customer.objects.filter(pk__in=picked).values_list("pk", "email"))
        samples = []
        for pk in picked:
            was, is_now = before.get(pk, {}), after[pk]
            lines = [
                (str(label), self._spell(name, was.get(name)), self._spell(name, is_now[name]))
                for name, label in LABELS.items()
                if was.get(name) != is_now[name] and (was or is_now[name])
            ]
            samples.append(make_sample(emails[pk], lines, is_new=pk not in before))
        return samples

    def _spell(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name == "spent_amount":
            return format_money(value, self.setting.currency, get_language() or "en")
        if isinstance(value, bool):
            return pgettext("custom field", "Yes") if value else pgettext("custom field", "No")
        if isinstance(value, dict):
            value = [part for part in value.values() if part]
        return shorten(", ".join(map(str, value)) if isinstance(value, list) else str(value))

    def conclude(self, result: ImportResult) -> None:
        """Customers leave nothing to be said."""
