"""Import and export as commands: progress on stderr, what came of it on stdout."""

import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.errors import ShopsteadError
from core.ids import new_token
from core.money import to_decimal
from core.tenancy import in_tenant
from storefront.transfer.enums import ExportFormat, FileFormat, ImportKind
from storefront.transfer.errors import UnreadableFile
from storefront.transfer.exports import open_target
from storefront.transfer.models import ImportRun
from storefront.transfer.results import ImportResult, copy_private_file
from storefront.transfer.services import conclude_run, import_file, write_export
from tenants.models import Tenant

ACTOR = "shopstead import"
MALL = "mall"
ALL_TAKEN, SOME_LEFT_OUT, NOT_READ = 0, 1, 2
_SHOWN_ERRORS = 20


def run_import_command(
    *,
    tenant: Tenant,
    kind: str,
    path: Path,
    dry_run: bool,
    file_format: str | None = None,
    ignored: Sequence[str] = (),
    out: TextIO | None = None,
    as_json: bool = False,
    rows_out: Path | None = None,
) -> int:
    """Import a file into a store and return 0 (all taken), 1 (rows left out) or 2 (the file cannot be read).

    The summary goes to `out` or stdout. Rows that were left out stay in the store's private files for a day; with
    `rows_out` they are copied there.
    """
    progress = _Progress()
    out = out or sys.stdout
    now = utc_now()
    with in_tenant(tenant):
        run = None if dry_run else _write_down(ImportKind(kind), path, now)
        try:
            _check_folder(path, file_format)
            result = import_file(
                kind=ImportKind(kind),
                source=path,
                filename=path.name,
                currency=tenant.currency,
                dry_run=dry_run,
                now=now,
                report=progress,
                actor=ACTOR,
                language=tenant.language,
                file_format=FileFormat(file_format) if file_format in FileFormat.values else None,
                chosen=dict.fromkeys(ignored, "") or None,
                run=run,
            )
            if run is not None:
                conclude_run(run=run, result=result, actor=ACTOR, now=now)
        except (ShopsteadError, OSError) as error:
            _say(str(error), sys.stderr)
            return NOT_READ
        finally:
            progress.end()
        rows_path = _place_rows(result, rows_out)
    if as_json:
        _say(json.dumps(result.as_json(), ensure_ascii=False), out)
    else:
        _say("\n".join(_summarize(result, rows_path)), out)
    return SOME_LEFT_OUT if result.rejected else ALL_TAKEN


def run_export_command(
    *,
    tenant: Tenant,
    kind: str,
    path: Path,
    is_for_excel: bool = False,
    out: TextIO | None = None,
    as_json: bool = False,
) -> int:
    """Write a list of a store into a file: a workbook by its name, else CSV; 2 where it cannot be written."""
    file_format = ExportFormat.EXCEL if is_for_excel else ExportFormat.CSV
    if path.suffix.lower() == ".xlsx":
        file_format = ExportFormat.XLSX
    progress = _Progress()
    try:
        with in_tenant(tenant), open_target(path) as into:
            count = write_export(
                tenant=tenant, kind=ImportKind(kind), into=into, file_format=file_format, report=progress
            )
    except OSError as error:
        _say(str(error), sys.stderr)
        return NOT_READ
    finally:
        progress.end()
    told = {"kind": kind, "count": count, "file": str(path), "bytes": path.stat().st_size}
    words = _("%(n)s exported") % {"n": f"{count:,}"}
    _say(json.dumps(told, ensure_ascii=False) if as_json else f"{path}: {words}", out or sys.stdout)
    return ALL_TAKEN


def _write_down(kind: ImportKind, path: Path, now: datetime) -> ImportRun:
    """Note the import, so that it stands in the list and can be undone."""
    return ImportRun.objects.create(
        token=new_token(), kind=kind, filename=path.name[:200], created_by=ACTOR, created_at=now
    )


def _check_folder(path: Path, file_format: str | None) -> None:
    """A folder and the format of folders go together.

    Raises: UnreadableFile.
    """
    if path.is_dir() != (file_format == MALL):
        raise UnreadableFile(_("Give a folder with --format mall, and a file without."))


def _place_rows(result: ImportResult, wanted: Path | None) -> Path | None:
    """Return where the rows that were left out can be read."""
    if not result.error_file:
        return None
    if wanted is None:
        return Path(storages["private"].path(result.error_file))
    copy_private_file(result.error_file, wanted)
    return wanted


def _summarize(result: ImportResult, rows_path: Path | None) -> list[str]:
    lines = [
        _("%(name)s: %(format)s, %(encoding)s, %(rows)s rows")
        % {
            "name": result.filename,
            "format": result.format_name,
            "encoding": result.encoding,
            "rows": result.rows_count,
        }
    ]
    if result.dry_run:
        lines.append(_("Dry run: nothing was written."))
    counts = (
        (_("created"), result.created),
        (_("updated"), result.updated),
        (_("unchanged"), result.unchanged),
        (_("here already"), result.skipped),
        (_("left out"), result.rejected),
    )
    lines += [f"  {name:<14}{count:>12,}" for name, count in counts]
    if result.lines_count:
        lines.append(f"  {_('lines'):<14}{result.lines_count:>12,}")
    lines += [
        f"  {_('total'):<14}{to_decimal(amount, code):>12,} {code}" for code, amount in sorted(result.sums.items())
    ]
    lines += [
        _("row %(row)s, %(column)s “%(value)s”: %(message)s")
        % {"row": error.row, "column": error.column, "value": error.value, "message": error.message}
        for error in result.errors[:_SHOWN_ERRORS]
    ]
    if result.unused_columns:
        lines.append(_("Columns that were not used: %(names)s") % {"names": ", ".join(result.unused_columns)})
    lines += result.notes
    if rows_path is not None:
        lines.append(_("The rows that were left out are in %(path)s.") % {"path": rows_path})
    return lines


def _say(text: str, stream: TextIO) -> None:
    stream.write(f"{text}\n")


class _Progress:
    """One line on stderr that is written over, at most four times a second."""

    def __init__(self) -> None:
        self._shown_at = 0.0
        self._is_open = False

    def __call__(self, *, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
        if time.monotonic() - self._shown_at < 0.25:
            return
        self._shown_at = time.monotonic()
        of = f" / {total:,}" if total else ""
        start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
        sys.stderr.write(f"{start}{phase or ''} {done or 0:,}{of}{end}")
        sys.stderr.flush()
        self._is_open = bool(start)

    def end(self) -> None:
        """Leave the line as it is and go to the next one."""
        if self._is_open:
            sys.stderr.write("\n")
