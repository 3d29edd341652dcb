"""Lead a run over all stores: who comes when, when to stop, and what is left when the leader dies."""

import hashlib
import math
import os
import socket
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from core.clock import utc_now
from core.tenancy import in_public
from tenants.fleet.enums import Ring, RunState, StoreState
from tenants.fleet.errors import CanaryNotFound, LeaseLost, NeedsExecutor, RunInProgress
from tenants.fleet.models import MigrationRun, StoreMigration
from tenants.fleet.selectors import (
    Behind,
    find_missing_columns,
    find_running_run,
    list_suspects,
    list_working_tenants,
    look_into,
)
from tenants.fleet.services.storing import Scripts, find_script
from tenants.fleet.services.versions import record_versions
from tenants.fleet.services.workers import work_off
from tenants.fleet.targets import Target, fingerprint_of, read_target

EARLY_SHARE = 0.05
# How often a run looks for stores that began or opened while it was under way.
LATE_ROUNDS = 3

Report = Callable[[str], None]


@dataclass
class Survey:
    """What a look at all stores found."""

    target: Target
    stores_count: int = 0
    behind: list[Behind] = field(default_factory=list)
    drifted: dict[str, list[str]] = field(default_factory=dict)


def survey_fleet(*, now: datetime, verify: bool = False) -> Survey:
    """Find the stores that are behind; `verify` believes no record and looks at every schema's migrations and columns."""
    target = read_target()
    working = list_working_tenants()
    current, behind = look_into(working if verify else list_suspects(target), target)
    drifted = {}
    if verify:
        columns = {tenant.slug: find_missing_columns(tenant.schema_name) for tenant in current}
        drifted = {slug: missing for slug, missing in columns.items() if missing}
    record_versions([tenant.schema_name for tenant in current if tenant.slug not in drifted], target, now=now)
    return Survey(target, len(working), behind, drifted)


def migrate_fleet(
    *,
    survey: Survey,
    actor: str,
    now: datetime,
    workers: int = 2,
    canaries: Collection[str] = (),
    resume: bool = False,
    report: Report = lambda message: None,
) -> MigrationRun | None:
    """Bring every store that is behind up to date and return the run, or None where there was nothing to do.

    First the canaries, then one store in twenty, then the rest. A canary that fails, or more than half of the one in twenty,
    stops the run; later a store that fails is set aside and the others go on. Stores that code of the release before opens
    meanwhile come last. `resume` takes over the run of a leader that died as soon as its lease has ended; its stores keep
    their order.
    Raises: CanaryNotFound, RunInProgress.
    """
    with in_public():
        run = _take_run(survey, actor=actor, now=now, workers=workers, canaries=canaries, resume=resume)
        if run is None:
            return None
        scripts = _write_scripts(survey)
        for ring in _rings(run, survey.target):
            try:
                _run_ring(run, ring, survey.target, scripts, workers=workers, report=report)
            except LeaseLost:
                raise RunInProgress("Another process has taken this run over. Nothing was lost.") from None
            except KeyboardInterrupt:
                _finish(run, RunState.STOPPED, "Interrupted. What is done stays done; run it again to go on.")
                raise
            reason = _reason_to_stop(run, ring)
            if reason:
                _finish(run, RunState.STOPPED, reason)
                return run
        failed = StoreMigration.objects.filter(run=run, state=StoreState.FAILED).exists()
        _finish(run, RunState.PARTLY_FAILED if failed else RunState.DONE, "")
        return run


def _rings(run: MigrationRun, target: Target) -> Iterator[Ring]:
    """Yield each ring in its turn, and the last one again while stores come late."""
    yield from Ring
    for _round in range(LATE_ROUNDS):
        _current, behind = look_into(list_suspects(target), target)
        if not _place(run, target, [(each, Ring.REST) for each in _without_place(run, behind)]):
            return
        yield Ring.REST


def _take_run(
    survey: Survey, *, actor: str, now: datetime, workers: int, canaries: Collection[str], resume: bool
) -> MigrationRun | None:
    """Start a run, or take over one whose lease has ended; the database admits one at a time."""
    require_canaries(canaries)
    owner = f"{socket.gethostname()}:{os.getpid()}:{now.timestamp()}"[:100]
    with transaction.atomic():
        former = MigrationRun.objects.select_for_update().filter(state=RunState.RUNNING).first()
        if former and former.lease_expires_at > now:
            raise RunInProgress(
                f"{former.started_by} has been migrating the stores since {former.started_at:%H:%M:%S} UTC. If that process has "
                f"died, --resume takes its run over within {MigrationRun.LEASE.seconds} seconds."
            )
        if former and resume and former.fingerprint == survey.target.fingerprint:
            former.lease_owner, former.lease_expires_at = owner, now + MigrationRun.LEASE
            former.save()
            StoreMigration.objects.filter(run=former).exclude(state=StoreState.DONE).update(
                state=StoreState.WAITING, worker="", attempts_count=0
            )
            _line_up(former, survey, canaries)
            return former
        if former:
            MigrationRun.objects.filter(pk=former.pk).update(
                state=RunState.STOPPED, finished_at=now, note="Its process died; a later run went on."
            )
        if not survey.behind:
            return None
        try:
            run = MigrationRun.objects.create(
                fingerprint=survey.target.fingerprint,
                started_by=actor,
                workers_count=workers,
                lease_owner=owner,
                lease_expires_at=now + MigrationRun.LEASE,
                started_at=now,
            )
        except IntegrityError as error:
            raise RunInProgress("Another process has just begun to migrate the stores. Nothing was changed.") from error
        _line_up(run, survey, canaries)
    return run


def require_canaries(slugs: Collection[str]) -> None:
    """Let a run begin with these stores.

    Raises: CanaryNotFound.
    """
    unknown = set(slugs) - {tenant.slug for tenant in list_working_tenants()} if slugs else set()
    if unknown:
        raise CanaryNotFound(f"There is no working store called {', '.join(sorted(unknown))}.")


def _line_up(run: MigrationRun, survey: Survey, canaries: Collection[str]) -> None:
    """Give every store that is behind a place in the run; one that has its place keeps it."""
    coming = _without_place(run, survey.behind)
    rings = [(each, Ring.CANARY) for each in coming if each.tenant.slug in canaries]
    others = sorted((each for each in coming if each.tenant.slug not in canaries), key=lambda each: _dice(run, each))
    early = math.ceil(len(others) * EARLY_SHARE)
    rings += [(each, Ring.EARLY if number < early else Ring.REST) for number, each in enumerate(others)]
    _place(run, survey.target, rings)


def _without_place(run: MigrationRun, behind: Collection[Behind]) -> list[Behind]:
    placed = set(StoreMigration.objects.filter(run=run).values_list("schema_name", flat=True))
    return [each for each in behind if each.tenant.schema_name not in placed]


def _place(run: MigrationRun, target: Target, rings: Collection[tuple[Behind, Ring]]) -> int:
    rows = StoreMigration.objects.bulk_create(
        StoreMigration(
            run=run,
            tenant=each.tenant,
            schema_name=each.tenant.schema_name,
            slug=each.tenant.slug,
            ring=ring,
            from_fingerprint=fingerprint_of(each.applied or ()),
            missing=[".".join(name) for name in target.missing(each.applied or ())],
        )
        for each, ring in rings
    )
    return len(rows)


def _dice(run: MigrationRun, each: Behind) -> str:
    """An order that favors nobody and is the same after a crash."""
    return hashlib.sha256(f"{run.pk}:{each.tenant.schema_name}".encode()).hexdigest()


def _write_scripts(survey: Survey) -> Scripts:
    """Write the statements once, before the workers are forked, for each set of migrations that stores have."""
    scripts: Scripts = {}
    for each in survey.behind:
        if each.applied is not None:
            find_script(survey.target, each.applied, each.tenant, scripts)
    return scripts


def _run_ring(run: MigrationRun, ring: Ring, target: Target, scripts: Scripts, *, workers: int, report: Report) -> None:
    waiting = StoreMigration.objects.filter(run=run, ring=ring, state=StoreState.WAITING)
    total = waiting.count()
    if not total:
        return
    report(f"{ring.label}: {total} {'store' if total == 1 else 'stores'}")

    def beat() -> None:
        _renew(run)
        left = waiting.count()
        if 0 < left < total:
            report(f"{ring.label}: {total - left} of {total}")

    work_off(run, ring, target, scripts, workers=min(workers, total), beat=beat)
    done = StoreMigration.objects.filter(run=run, ring=ring, state=StoreState.DONE)
    record_versions(list(done.values_list("schema_name", flat=True)), target, now=utc_now())


def _renew(run: MigrationRun) -> None:
    held = MigrationRun.objects.filter(pk=run.pk, lease_owner=run.lease_owner, state=RunState.RUNNING)
    if not held.update(lease_expires_at=utc_now() + MigrationRun.LEASE):
        raise LeaseLost(str(run.pk))


def _reason_to_stop(run: MigrationRun, ring: Ring) -> str | None:
    """Return why nobody else may be touched, or None; without a store's name, which is not kept when the store is erased."""
    rows = StoreMigration.objects.filter(run=run, ring=ring)
    failed, total = rows.filter(state=StoreState.FAILED).count(), rows.count()
    unreached = rows.filter(state__in=[StoreState.WAITING, StoreState.RUNNING]).count()
    if unreached:
        return f"The worker processes ended before {unreached} of {total} stores; what they said last stands above."
    if ring == Ring.CANARY and failed:
        return f"{failed} of {total} canaries failed, so no other store was touched."
    if ring == Ring.EARLY and failed * 2 > total:
        return f"{failed} of the first {total} stores failed, so the rest was not touched."
    return None


def _finish(run: MigrationRun, state: RunState, note: str) -> None:
    MigrationRun.objects.filter(pk=run.pk, lease_owner=run.lease_owner).update(
        state=state, note=note, finished_at=utc_now()
    )
    run.refresh_from_db()


def why_executor(survey: Survey) -> str | None:
    """Return why some stores would go by Django's executor, or None where all take the fast lane; nothing is run."""
    reasons = (script for script in _write_scripts(survey).values() if isinstance(script, NeedsExecutor))
    return next((str(reason) for reason in reasons), None)


def seconds_until_free(*, now: datetime) -> float:
    """Return how long the lease of a run that is going on still lasts; 0 where there is none."""
    run = find_running_run()
    return max(0.0, (run.lease_expires_at - now).total_seconds()) if run else 0.0
