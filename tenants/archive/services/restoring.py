"""Bring a store back from its archive: under a new name, or in the place where it stands."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.events import publish
from core.ids import new_token
from core.jobs.models import Job
from core.outbox.models import OutboxMessage
from core.tenancy import in_public, in_tenant
from integrations.storage.events import FilesChanged
from tenants.archive.building import check_migrations, drop_schema, load_schema
from tenants.archive.enums import RestorationState
from tenants.archive.errors import ArchiveOfAnotherStore, NoRoom, RestoreRefused, RestoreStopped
from tenants.archive.files import free_bytes, place_of, remove_folders
from tenants.archive.locks import lock_restoration, lock_tenant
from tenants.archive.manifest import Manifest
from tenants.archive.models import ArchivePolicy, Restoration
from tenants.archive.progress import Beside, Report, no_report
from tenants.archive.reading import ArchiveReader
from tenants.archive.selectors import find_undo
from tenants.archive.services.ledger import reapply_erasures
from tenants.archive.services.public_rows import believable_facts
from tenants.archive.snapshot import open_snapshot
from tenants.enums import TenantState
from tenants.events import TenantOpening
from tenants.hosts import see_changes
from tenants.models import Tenant
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.pool import claim_schema, release_claim, renew_claim
from tenants.provisioning.schema import BareSchema, SchemaInUse
from tenants.services import record_event

UNDO_FOR = timedelta(days=7)
SILENT_FOR = timedelta(minutes=5)
_UNFINISHED = (RestorationState.LOADING, RestorationState.FAILED)
_RESTORABLE = (TenantState.READY, TenantState.CHECKOUT_OFF, TenantState.SUSPENDED)
# What a database needs beside the archive's own bytes: indexes, rows' heads, the log.
_ROOM_FACTOR = 3

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Loading:
    """A schema being filled: how it got there, and what has to happen inside it before it counts."""

    restoration: Restoration
    reader: ArchiveReader
    inside: list[Callable[[], None]] = field(default_factory=list)
    floors: dict[str, int] = field(default_factory=dict)


def plan_restore_in_place(*, tenant: Tenant, source: Path, report: Report = no_report) -> None:
    """Check that the archive is whole and that it is this store's own, writing nothing.

    Raises: ArchiveDamaged, ArchiveTooNew, ArchiveOfAnotherStore, NoRoom.
    """
    with open_checked(source, report) as reader:
        need_own(tenant, reader.manifest)


def restore_in_place(
    *, tenant: Tenant, source: Path, actor: str, now: datetime, report: Report = no_report, token: str | None = None
) -> Restoration:
    """Take the store back to its archive: load a new schema beside it and let the store's row point there at the end.

    Until that one short transaction the store is as it was; after it, what it was before can be had back for a week. Work
    that was on its way to the old schema fails, since it was about rows that are no more. `token` names the attempt, so that
    the same job done twice restores once.
    Raises: ArchiveDamaged, ArchiveTooNew, ArchiveOfAnotherStore, RestoreRefused, NoRoom.
    """
    with in_public():
        tenant = Tenant.objects.get(pk=tenant.pk)
        if tenant.state not in _RESTORABLE:
            raise RestoreRefused(_("Only a finished store that is not being deleted can be taken back in time."))
        done = find_finished(token)
        if done is not None:
            return done
    with open_checked(source, report) as reader:
        need_own(tenant, reader.manifest)
        restoration = begin_restoration(
            manifest=reader.manifest, tenant=tenant, actor=actor, now=now, token=token, is_in_place=True
        )
        loading = Loading(restoration, reader, floors=_sequences_of(tenant.schema_name))
        with giving_up(restoration):
            fill_schema(loading, report=report)
            return _flip(restoration=restoration, manifest=reader.manifest, actor=actor, now=utc_now())


def undo_restoration(*, tenant: Tenant, actor: str, now: datetime) -> Restoration:
    """Let the store's row point at the schema it had before the last restoration; what was restored goes with its time.

    The old schema is brought up to date first: stores may have been migrated since.
    Raises: RestoreRefused when there is nothing to go back to; what keeps a store from opening (`TenantOpening`).
    """
    nothing = RestoreRefused(_("There is nothing to take back any more. The store stays as it is."))
    last = find_undo(tenant, now=now)
    if last is None:
        raise nothing
    with in_public():
        publish(TenantOpening(tenant=BareSchema(last.idle_schema_name), now=now))
    with in_public(), transaction.atomic():
        store = lock_tenant(tenant.pk)
        restoration = lock_restoration(last.pk)
        if restoration is None or restoration.state != RestorationState.DONE or restoration.idle_dropped_at:
            raise nothing
        if store.schema_name != restoration.schema_name:
            raise nothing
        _point_at(tenant_id=store.pk, old=restoration.schema_name, new=restoration.idle_schema_name, now=now)
        Tenant.objects.filter(pk=store.pk).update(**restoration.facts_before)
        restoration.state = RestorationState.UNDONE
        restoration.idle_schema_name = restoration.schema_name
        restoration.drop_idle_at = now + UNDO_FOR
        restoration.save()
        record_event(
            tenant_id=store.pk, kind="restore.undone", actor=actor, now=now, data={"restoration": restoration.token}
        )
    see_changes()
    return restoration


def sweep_restorations(*, now: datetime) -> int:
    """Remove what killed restorations left, and the replaced schemas whose time is over; return how many went."""
    swept = 0
    with in_public():
        for restoration in Restoration.objects.filter(state__in=_UNFINISHED, seen_at__lt=now - SILENT_FOR):
            discard(restoration)
            swept += 1
        over = Restoration.objects.filter(drop_idle_at__lte=now, idle_dropped_at__isnull=True)
        for pk in over.exclude(idle_schema_name="").values_list("pk", flat=True):
            swept += _drop_idle(pk, now=now)
    return swept


def _drop_idle(restoration_id: int, *, now: datetime) -> bool:
    """Drop a replaced schema under the lock that taking back needs too."""
    with transaction.atomic():
        held = lock_restoration(restoration_id)
        if held is None or held.idle_dropped_at or held.drop_idle_at is None or held.drop_idle_at > now:
            return False
        try:
            drop_schema(held.idle_schema_name)
        except SchemaInUse:
            logger.exception("restoration %s wants to drop a schema that is in use", held.token)
            return False
        remove_folders(held.idle_schema_name)
        release_claim(schema_name=held.idle_schema_name)
        Restoration.objects.filter(pk=held.pk).update(idle_dropped_at=now)
    return True


def find_finished(token: str | None) -> Restoration | None:
    """Return what an earlier run of the same job has brought to its end already, or None."""
    return Restoration.objects.filter(token=token).exclude(state__in=_UNFINISHED).first() if token else None


def need_own(tenant: Tenant, manifest: Manifest) -> None:
    """Let a store be replaced by nothing but its own archives.

    Raises: ArchiveOfAnotherStore.
    """
    with in_public():
        is_own = ArchivePolicy.objects.filter(tenant_id=tenant.pk, lineage=manifest.lineage).exists()
    if not is_own:
        raise ArchiveOfAnotherStore(
            _("This archive is of another store (“%(name)s”). Bring it back under a new name instead.")
            % {"name": str(manifest.store.get("slug"))[:60]}
        )


def open_checked(source: Path, report: Report) -> "CheckedArchive":
    return CheckedArchive(source, report)


class CheckedArchive(ArchiveReader):
    """An archive that has been read through once: every checksum is right, and there is room for it."""

    def __init__(self, source: Path, report: Report) -> None:
        super().__init__(source)
        self._report_to = report

    def __enter__(self) -> "CheckedArchive":
        super().__enter__()
        try:
            check_migrations(self.manifest)
            size = sum(member.size for member in self.manifest.members)
            if size * _ROOM_FACTOR > free_bytes():
                raise NoRoom(_("There is not enough room on the disk for this archive. Nothing was changed."))
            report = self._report_to
            self.verify(lambda done: report(phase="verify", done=done, total=size))
        except BaseException:
            self._file.close()
            raise
        return self


def begin_restoration(
    *,
    manifest: Manifest,
    tenant: Tenant | None,
    actor: str,
    now: datetime,
    token: str | None = None,
    is_in_place: bool = False,
) -> Restoration:
    """Write down who owns the schema that is about to be made. An earlier attempt of the same token is cleared away.

    Raises: RestoreRefused while another restoration of the store goes on.
    """
    with in_public():
        refused = RestoreRefused(_("This store is being restored already. Wait until that is done."))
        earlier = Restoration.objects.filter(token=token).first() if token else None
        if earlier is not None:
            discard(earlier)
        now_loading = Restoration.objects.filter(tenant=tenant, state=RestorationState.LOADING)
        if tenant is not None and now_loading.filter(seen_at__gt=now - SILENT_FOR).exists():
            raise refused
        for dead in now_loading if tenant is not None else ():
            discard(dead)
        schema_name = claim_schema(purpose="restore", now=utc_now()).schema_name
        try:
            with transaction.atomic():
                return Restoration.objects.create(
                    token=token or new_token(),
                    schema_name=schema_name,
                    tenant=tenant,
                    is_in_place=is_in_place,
                    archive_made_at=datetime.fromisoformat(manifest.made_at),
                    actor=actor,
                    seen_at=utc_now(),
                    created_at=now,
                )
        except IntegrityError as error:
            release_claim(schema_name=schema_name)
            raise refused from error


def fill_schema(loading: Loading, *, report: Report) -> None:
    """Make the schema, its rows and its files; erased people are erased again before anybody can see them.

    Raises: RestoreStopped when the sweeper thought this attempt dead.
    """
    restoration, reader = loading.restoration, loading.reader
    beside = Beside(_keeping_alive(restoration, report))
    size = sum(member.size for member in reader.manifest.members)
    beside.phase, beside.total = "load", size

    def inside() -> None:
        # Who erases asks for the store's currency and languages, which nobody has yet but the archive.
        store = Tenant(schema_name=restoration.schema_name, **believable_facts(reader.manifest))
        with in_tenant(store, any_state=True):
            reapply_erasures(lineage=UUID(reader.manifest.lineage), now=utc_now())
        for step in loading.inside:
            step()

    def work() -> None:
        def checkpoint() -> None:
            beside.checkpoint()
            beside.done = min(size, beside.done + 256 * 1024)

        # Files first: those of people who are erased again are deleted as soon as the rows are in.
        for member in reader.manifest.files():
            beside.checkpoint()
            place = place_of(member.name, restoration.schema_name)
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as out:
                for chunk in reader.read(member):
                    out.write(chunk)
        load_schema(
            reader=reader,
            schema_name=restoration.schema_name,
            then=inside,
            checkpoint=checkpoint,
            floors=loading.floors,
        )
        kept = sum(member.size for member in reader.manifest.files())
        publish(FilesChanged(schema_name=restoration.schema_name, bytes_count=kept))

    beside.run(work)


def discard(restoration: Restoration) -> None:
    """Remove what an unfinished restoration made; a schema that a store stands on is never touched."""
    with in_public():
        if not _give_up(restoration):
            return
        drop_schema(restoration.schema_name)
        remove_folders(restoration.schema_name)
        release_claim(schema_name=restoration.schema_name)
        Restoration.objects.filter(pk=restoration.pk, state=RestorationState.FAILED).delete()


def _give_up(restoration: Restoration) -> bool:
    """Mark it, so that it cannot come to its end in a process that was thought dead; False where it has."""
    with transaction.atomic():
        held = lock_restoration(restoration.pk)
        if held is not None and held.state not in _UNFINISHED:
            return False
        Restoration.objects.filter(pk=restoration.pk).update(state=RestorationState.FAILED)
    return True


class giving_up:  # noqa: N801  read as a phrase: with giving_up(restoration)
    """Clear the half-made schema away when the block fails; a process that is killed leaves that to the sweeper."""

    def __init__(self, restoration: Restoration) -> None:
        self.restoration = restoration

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None:
            discard(self.restoration)


def _flip(*, restoration: Restoration, manifest: Manifest, actor: str, now: datetime) -> Restoration:
    with in_public(), transaction.atomic():
        store = lock_tenant(restoration.tenant_id or 0)
        held = Restoration.objects.select_for_update().filter(pk=restoration.pk, state=RestorationState.LOADING).first()
        if held is None or store.state not in _RESTORABLE:
            raise RestoreStopped(_("The store changed while it was being restored. It stays as it was."))
        old, facts = store.schema_name, believable_facts(manifest)
        held.facts_before = {name: getattr(store, name) for name in facts}
        Tenant.objects.filter(pk=store.pk).update(**facts)
        _point_at(tenant_id=store.pk, old=old, new=held.schema_name, now=now)
        # One step back is kept, not a chain of them.
        Restoration.objects.filter(tenant_id=store.pk, idle_dropped_at__isnull=True).exclude(
            idle_schema_name=""
        ).update(drop_idle_at=now)
        held.state = RestorationState.DONE
        held.idle_schema_name = old
        held.drop_idle_at = now + UNDO_FOR
        held.finished_at = now
        held.save()
        record_event(
            tenant_id=store.pk,
            kind="restore.done",
            actor=actor,
            now=now,
            data={"archive_made_at": manifest.made_at, "undo_until": held.drop_idle_at.isoformat()},
        )
    see_changes()
    return held


def _point_at(*, tenant_id: int, old: str, new: str, now: datetime) -> None:
    """Let the store stand on another schema; its jobs and waiting messages go with it, and the old one is kept a while."""
    release_claim(schema_name=new)
    # A store that was just opened from the pool has a row there.
    PooledSchema.objects.filter(schema_name=old).delete()
    PooledSchema.objects.create(
        schema_name=old,
        state=SchemaState.MAKING,
        purpose="undo",
        created_at=now,
        changed_at=now,
        leased_until=now + UNDO_FOR + timedelta(days=1),
    )
    Tenant.objects.filter(pk=tenant_id).update(schema_name=new)
    Job.objects.filter(schema_name=old).update(schema_name=new)
    OutboxMessage.objects.filter(schema_name=old, published_at__isnull=True).update(schema_name=new)


def _sequences_of(schema_name: str) -> dict[str, int]:
    """Return how far the store has counted: numbers it has given out are not given out again."""
    with open_snapshot(schema_name) as snapshot:
        return {
            f"{table.name}.{column}": snapshot.sequence(table.name, column)[0]
            for table in snapshot.tables()
            for column in table.sequences
        }


def _keeping_alive(restoration: Restoration, report: Report) -> Report:
    """Pass reports on, and say every few seconds that this restoration lives."""
    last = [utc_now()]

    def alive(*, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
        report(phase=phase, done=done, total=total)
        now = utc_now()
        if now - last[0] > timedelta(seconds=5):
            last[0] = now
            held = Restoration.objects.filter(pk=restoration.pk, state=RestorationState.LOADING)
            if not renew_claim(schema_name=restoration.schema_name, now=now) or not held.update(seen_at=now):
                raise RestoreStopped(_("This restoration was given up by the platform. Nothing was changed."))

    return alive
