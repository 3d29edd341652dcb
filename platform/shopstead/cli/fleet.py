"""`shopstead tenant migrate`: bring the platform's schema and every store's to the code's migrations."""

import argparse
import time
from typing import Any

from core.clock import utc_now
from core.errors import ShopsteadError
from core.tenancy import in_public
from shopstead.bootstrap import migrate_platform, platform_is_behind
from shopstead.cli.output import answer, fail, progress, table
from tenants.fleet.enums import Lane, Ring, StoreState
from tenants.fleet.models import MigrationRun, StoreMigration
from tenants.fleet.safety import Finding, check_target
from tenants.fleet.selectors import list_run_stores
from tenants.fleet.services import migrate_fleet, seconds_until_free, survey_fleet
from tenants.fleet.services.running import Survey, why_executor

ACTOR = "command line"
SHOWN = 40
HEAD = ["address", "ring", "state", "how", "seconds", "tries", "error"]


def migrate(arguments: argparse.Namespace) -> int:
    """Migrate, or with --dry-run say what would happen; exit 1 when a store was set aside or a migration is not safe."""
    began = time.monotonic()
    if arguments.dry_run:
        return _rehearse(as_json=arguments.as_json)
    try:
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
    drifted = [f"{slug} lacks {', '.join(columns[:5])}: restore it" for slug, columns in survey.drifted.items()]
    if run is None:
        return [*drifted, f"{survey.stores_count} stores, nothing to apply ({seconds} s)."]
    bad = [row for row in rows if row.state != StoreState.DONE]
    shown = rows if len(rows) <= SHOWN else bad[:SHOWN]
    counts = ", ".join(f"{sum(row.state == state for row in rows)} {state.label.lower()}" for state in StoreState
                       if any(row.state == state for row in rows))  # fmt: skip
    lines = table([HEAD, *[_cells(row) for row in shown]]) if shown else []
    return [*lines, *drifted, *([str(run.note)] if run.note else []), f"Run {run.pk}: {counts} ({seconds} s)."]


def _cells(row: StoreMigration) -> list[str]:
    seconds = "" if row.seconds is None else f"{row.seconds:.2f}"
    last = row.error.strip().splitlines()[-1][:100] if row.error else ""
    labels = [Ring(row.ring).label, StoreState(row.state).label, Lane(row.lane).label if row.lane else ""]
    return [row.slug, *map(str, labels), seconds, str(row.attempts_count), last]


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


def _rehearse(*, as_json: bool) -> int:
    with in_public():
        if platform_is_behind():
            progress("The platform's own schema is behind and comes first; the stores are looked at as they are")
        survey = survey_fleet(now=utc_now())
        pending = {name for each in survey.behind for name in survey.target.missing(each.applied or ())}
        findings = check_target(survey.target, only=pending)
        executor = why_executor(survey)
    ways = {True: "Django's executor, store by store", False: "the fast lane"}
    lines = [f"{survey.stores_count} stores, {len(survey.behind)} behind; nothing was changed."]
    lines += [f"  {app}.{name}" for app, name in survey.target.names if (app, name) in pending]
    if survey.behind:
        lines.append(f"They would go by {ways[bool(executor)]}{f' ({executor})' if executor else ''}.")
    lines += [_say(finding) for finding in findings]
    value = {
        "stores_count": survey.stores_count,
        "behind": [each.tenant.slug for each in survey.behind],
        "pending": [f"{app}.{name}" for app, name in survey.target.names if (app, name) in pending],
        "lane": Lane.EXECUTOR if executor else Lane.FAST,
        "lane_reason": executor,
        "findings": [finding.as_dict() for finding in findings],
    }
    answer(value, as_json=as_json, lines=lines)
    return 1 if findings else 0


def _say(finding: Finding) -> str:
    return f"NOT SAFE {finding.migration}: {finding.says} ({finding.rule}). Instead: {finding.instead}"
