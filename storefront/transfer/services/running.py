"""Read a file and write what it holds, batch by batch, now and in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.db import connection
from django.utils.translation import gettext as _

from storefront.catalog.models import Product, ProductVariant
from storefront.customers.models import Customer
from storefront.orders.models import Order, OrderLine
from storefront.transfer.choices import AS_ALWAYS, Choices, Sign, is_amount
from storefront.transfer.columns import ColumnMap, format_name, guess_format, match_columns
from storefront.transfer.enums import FileFormat, ImportKind
from storefront.transfer.files import Table, open_table
from storefront.transfer.groups import Group
from storefront.transfer.mall import PRODUCTS, find_files, map_columns
from storefront.transfer.models import ImportRun
from storefront.transfer.results import ImportResult, RejectedRows
from storefront.transfer.writing import IMPORTERS, Importer, Setting


class Report(Protocol):
    """Where progress goes, in rows; it may raise to stop the import between two batches."""

    def __call__(self, *, phase: str | None = None, done: int | None = None, total: int | None = None) -> None: ...


def no_report(*, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
    """Take progress that nobody wants to see."""


def import_file(
    *,
    kind: ImportKind,
    source: BinaryIO | Path,
    filename: str,
    currency: str,
    now: datetime,
    dry_run: bool = False,
    report: Report = no_report,
    actor: str = "import",
    language: str = "en",
    file_format: FileFormat | None = None,
    chosen: Mapping[str, str] | None = None,
    run: ImportRun | None = None,
    choices: Choices = AS_ALWAYS,
) -> ImportResult:
    """Create or update what a file holds: products by handle, counts by version and warehouse, customers by e-mail, and orders
    of the past by number, which stay as they are once they are here. `currency` is the store's own.

    A folder is read as the tables of mall. `chosen` is as in `match_columns`; `run` is where it is written down, so that it can
    be undone. Batches commit one by one, so a killed import goes on when it is started again.
    Raises: UnreadableFile, FileTooLarge, MissingColumns; nothing was written then.
    """
    mall = find_files(source) if isinstance(source, Path) and source.is_dir() else None
    setting = Setting(
        currency=currency,
        language=language,
        actor=actor,
        now=now,
        file_format=file_format or FileFormat.SHOPIFY,
        run=run,
        mall=mall,
        choices=choices,
    )
    result = ImportResult(kind=kind.value, filename=filename, dry_run=dry_run)
    report(phase=_("Reading"), done=0)
    with open_table(mall[PRODUCTS] if mall else source) as table:
        columns, setting = _match(table, kind, setting, is_guessed=file_format is None, chosen=chosen)
        result.format_name = _("Tables of mall") if mall else format_name(table.header, setting.file_format)
        result.encoding = table.facts.encoding_name
        result.unused_columns = [] if mall else list(columns.unused)
        _write_rows(table, columns, IMPORTERS[kind](setting), result, report)
    return result


def _match(
    table: Table, kind: ImportKind, setting: Setting, *, is_guessed: bool, chosen: Mapping[str, str] | None
) -> tuple[ColumnMap, Setting]:
    if setting.mall is not None:
        return map_columns(table.header), setting
    if is_guessed:
        setting = replace(setting, file_format=guess_format(table.header, kind))
    columns = match_columns(table.header, kind, file_format=setting.file_format, chosen=chosen)
    if setting.choices.sign == Sign.COMMA:
        columns = replace(columns, with_comma=frozenset(filter(is_amount, columns.index)))
    return columns, setting


def _write_rows(table: Table, columns: ColumnMap, importer: Importer, result: ImportResult, report: Report) -> None:
    phase = _("Checking") if result.dry_run else _("Writing")
    with RejectedRows(table.header, result) as rejected:
        batch: list[Group[Any]] = []
        for group in importer.read(table, columns):
            result.rows_count += len(group.rows)
            if group.record is None:
                _reject(group, columns, rejected, result)
                continue
            batch.append(group)
            if len(batch) >= importer.batch_size:
                _take(importer, batch, columns, rejected, result)
                batch = []
                report(phase=phase, done=result.rows_count, total=max(table.facts.lines_count, result.rows_count))
        if batch:
            _take(importer, batch, columns, rejected, result)
        importer.conclude(result)
        result.error_file = rejected.store()
    if not result.dry_run:
        _refresh_statistics()
    report(phase=phase, done=result.rows_count, total=max(result.rows_count, 1))


def _refresh_statistics() -> None:
    """Tell the planner of the new rows at once: until it knows, a first report may take minutes instead of seconds."""
    with connection.cursor() as cursor:
        for model in (Product, ProductVariant, Customer, Order, OrderLine):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _take(
    importer: Importer,
    batch: Sequence[Group[Any]],
    columns: ColumnMap,
    rejected: RejectedRows,
    result: ImportResult,
) -> None:
    outcome = importer.take([group.record for group in batch], dry_run=result.dry_run)
    result.created += outcome.created
    result.updated += outcome.updated
    result.unchanged += outcome.unchanged
    result.skipped += outcome.skipped
    result.samples += outcome.samples
    for index, problem in sorted(outcome.problems.items()):
        group = batch[index]
        group.problem, group.problem_row = problem, group.rows[0]
        _reject(group, columns, rejected, result)


def _reject(group: Group[Any], columns: ColumnMap, rejected: RejectedRows, result: ImportResult) -> None:
    problem, row = group.problem, group.problem_row
    if problem is None or row is None:
        raise ValueError("a group without a record says why")
    result.rejected += 1
    rejected.add(
        group.rows,
        at=row,
        column=columns.label(problem.column),
        value=problem.value,
        message=problem.message,
    )
