"""`shopstead tenant migrate`: bring the platform's schema and every store's to the code's migrations."""

import argparse
import re
import shutil
import time
from textwrap import wrap
from typing import Any

from core.clock import utc_now
from core.errors import ShopsteadError
from core.tenancy import PUBLIC, in_public
from shopstead.bootstrap import migrate_platform
from shopstead.cli.output import answer, fail, progress, table
from tenants.fleet.enums import Lane, Ring, StoreState
from tenants.fleet.errors import MigrationTableMissing
from tenants.fleet.models import MigrationRun, StoreMigration
from tenants.fleet.safety import Finding, check_target
from tenants.fleet.selectors import list_run_stores, read_applied
from tenants.fleet.services import migrate_fleet, seconds_until_free, survey_fleet
from tenants.fleet.services.running import Survey, require_canaries, why_executor

ACTOR = "command line"
SHOWN = 40
HEAD = ["address", "ring", "state", "how", "seconds", "tries"]
# Where the terminal is too narrow for all: never the address, what became of it, or why.
DISPENSABLE = ("how", "ring")
# An error's own line in a traceback: its class, which is not all capitals as PostgreSQL's DETAIL and HINT are.
ERROR_LINE = re.compile(r"^(?:\w+\.)*[A-Z]\w*[a-z]\w*(?:: .*)?$", re.MULTILINE)


def migrate(arguments: argparse.Namespace) -> int:
    """Migrate, or with --dry-run say what would happen; exit 1 when a store was set aside or a migration is not safe."""
    began = time.monotonic()
    try:
        if arguments.dry_run:
            return _rehearse(arguments)
        migrate_platform(report=progress)
        if arguments.resume:
            _await_lease()
        survey = survey_fleet(now=utc_now(), verify=arguments.verify)
        run = migrate_fleet(
            survey=survey,
            actor=ACTOR,
            now=utc_now(),
            workers=arguments.workers,
            canaries=arguments.canary,
            resume=arguments.resume,
            report=progress,
        )
    except ShopsteadError as error:
        return fail(str(error))
    except MigrationTableMissing as error:
        return fail(f"Nothing can be said before the first shopstead up: {error}.")
    except KeyboardInterrupt:
        return fail("Interrupted. What is done stays done; run it again to go on.")
    rows = list_run_stores(run) if run else []
    seconds = round(time.monotonic() - began, 2)
    value = {
        "run": run.pk if run else None,
        "state": run.state if run else "done",
        "note": run.note if run else "",
        "to": survey.target.fingerprint,
        "seconds": seconds,
        "stores_count": survey.stores_count,
        "drifted": survey.drifted,
        "stores": [_describe(row, survey.target.fingerprint) for row in rows],
    }
    bad = [row for row in rows if row.state not in (StoreState.DONE, StoreState.SKIPPED)]
    answer(value, as_json=arguments.as_json, lines=_lines(run, rows, survey, seconds))
    return 1 if bad or survey.drifted else 0


def _await_lease() -> None:
    """Wait until the lease of a dead leader has run out; a live one renews it and is not waited for."""
    left = seconds_until_free(now=utc_now())
    if left:
        progress(f"The lease of the other run ends in {left:.0f} seconds, if nobody renews it")
        time.sleep(left + 0.1)


def _lines(run: MigrationRun | None, rows: list[StoreMigration], survey: Survey, seconds: float) -> list[str]:
    drifted = _drifts(survey)
    if run is None:
        return [*drifted, f"{survey.stores_count} stores, nothing to apply ({seconds} s)."]
    bad = [row for row in rows if row.state != StoreState.DONE]
    shown = rows if len(rows) <= SHOWN else bad[:SHOWN]
    counts = ", ".join(f"{sum(row.state == state for row in rows)} {state.label.lower()}" for state in StoreState
                       if any(row.state == state for row in rows))  # fmt: skip
    lines = _table(shown, shutil.get_terminal_size().columns) if shown else []
    more = [f"… and {len(bad) - SHOWN} more; --json names them all"] if len(shown) < len(bad) else []
    note = [str(run.note)] if run.note else []
    return [*lines, *more, *drifted, *note, f"Run {run.pk}: {counts} ({seconds} s)."]


def _table(rows: list[StoreMigration], width: int) -> list[str]:
    """Return a line a store, and under those that failed why."""
    cells = [HEAD, *map(_cells, rows)]
    columns = list(range(len(HEAD)))
    for name in DISPENSABLE:
        if sum(max(len(row[column]) for row in cells) + 2 for column in columns) - 2 > width:
            columns.remove(HEAD.index(name))
    head, *lines = table([[row[column] for column in columns] for row in cells])
    found = [head]
    for row, line in zip(rows, lines, strict=True):
        found += [line, *wrap(_reason(row.error), width, initial_indent="    ", subsequent_indent="    ")]
    return found


def _reason(error: str) -> str:
    """Return what a traceback ends in: the error's class without its package, its message and the database's details."""
    text = error.strip()
    starts = [found.start() for found in ERROR_LINE.finditer(text)]
    name, colon, words = " ".join(text[starts[-1] if starts else 0 :].split()).partition(": ")
    return (name.rpartition(".")[2] + colon + words)[:400]


def _cells(row: StoreMigration) -> list[str]:
    seconds = "" if row.seconds is None else f"{row.seconds:.2f}"
    labels = [Ring(row.ring).label, StoreState(row.state).label, Lane(row.lane).label if row.lane else ""]
    return [row.slug, *map(str, labels), seconds, str(row.attempts_count)]


def _describe(row: StoreMigration, target: str) -> dict[str, Any]:
    return {
        "address": row.slug,
        "schema": row.schema_name,
        "ring": Ring(row.ring).name.lower(),
        "state": row.state,
        "lane": row.lane or None,
        "from": row.from_fingerprint,
        "to": target,
        "missing": row.missing,
        "seconds": row.seconds,
        "attempts": row.attempts_count,
        "error": row.error,
    }


def _rehearse(arguments: argparse.Namespace) -> int:
    with in_public():
        applied = read_applied(PUBLIC)
        require_canaries(arguments.canary)
        survey = survey_fleet(now=utc_now(), verify=arguments.verify)
        platform = survey.target.missing(applied)
        pending = {name for each in survey.behind for name in survey.target.missing(each.applied or ())} | {*platform}
        findings = check_target(survey.target, only=pending)
        executor = why_executor(survey)
    names = [f"{app}.{name}" for app, name in survey.target.names if (app, name) in pending]
    lines = [f"{survey.stores_count} stores, {len(survey.behind)} behind; nothing was changed."]
    if platform:
        lines.append("The platform's own schema is behind and would come first.")
    lines += [f"  {name}" for name in names]
    if survey.behind:
        way = f"Django's executor, store by store ({executor})" if executor else "the fast lane"
        lines.append(f"The stores would go by {way}.")
    lines += [*_drifts(survey), *map(_say, findings)]
    value = {
        "stores_count": survey.stores_count,
        "platform_is_behind": bool(platform),
        "behind": [each.tenant.slug for each in survey.behind],
        "drifted": survey.drifted,
        "pending": names,
        "lane": Lane.EXECUTOR if executor else Lane.FAST,
        "lane_reason": executor,
        "findings": [finding.as_dict() for finding in findings],
    }
    width = shutil.get_terminal_size().columns
    folded = [part for line in lines for part in wrap(line, width, subsequent_indent="    ", drop_whitespace=True)]
    answer(value, as_json=arguments.as_json, lines=folded)
    return 1 if findings or survey.drifted else 0


def _drifts(survey: Survey) -> list[str]:
    return [f"{slug} lacks {', '.join(columns[:5])}: restore it" for slug, columns in survey.drifted.items()]


def _say(finding: Finding) -> str:
    return f"NOT SAFE {finding.migration}: {finding.says} ({finding.rule}). Instead: {finding.instead}"
