"""The import as a command: progress on stderr, what came of it on stdout."""

import json
import sys
import time
from pathlib import Path
from typing import TextIO

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.errors import ShopsteadError
from core.money import to_decimal
from core.tenancy import in_tenant
from storefront.transfer.enums import ImportKind
from storefront.transfer.results import ImportResult, copy_private_file
from storefront.transfer.services import RUN
from tenants.models import Tenant

ALL_TAKEN, SOME_LEFT_OUT, NOT_READ = 0, 1, 2
_SHOWN_ERRORS = 20


def run_import_command(
    *,
    tenant: Tenant,
    kind: str,
    path: Path,
    dry_run: bool,
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
    with in_tenant(tenant):
        try:
            result = RUN[ImportKind(kind)](
                source=path,
                filename=path.name,
                currency=tenant.currency,
                dry_run=dry_run,
                now=utc_now(),
                report=progress,
                actor="shopstead import",
                language=tenant.language,
            )
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
