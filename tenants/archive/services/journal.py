"""Who was erased, in a file outside the database: a database that was taken back to an older day is told again by it."""

import fcntl
import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.tenancy import in_public, in_tenant
from tenants.archive.models import ArchivePolicy, Erasure
from tenants.archive.services.ledger import reapply_erasures
from tenants.models import Tenant

# A store by its lineage and a person by their hash, so that the file names nobody.
Person = tuple[UUID, str]
# Lineage, hash, time, and the store's schema: a store gets its lineage with its first archive or erasure, so that an older
# database may not know that yet.
_LINE = re.compile(r"([0-9a-f-]{36}) ([0-9a-f]{64}) (\S+) (\w+|-)")
_NOWHERE = "-"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many erasures the file did not have yet, and how many the database did not know any more."""

    written: int
    replayed: int


@dataclass(frozen=True, slots=True)
class _Line:
    lineage: UUID
    subject_hash: str
    erased_at: datetime
    schema_name: str

    @property
    def person(self) -> Person:
        return self.lineage, self.subject_hash


def note_erasure(erasure: Erasure, *, schema_name: str) -> None:
    """Add an erasure that is certain to the file; where that fails, the next round does it (`keep_erasures`)."""
    try:
        _append([_Line(erasure.lineage, erasure.subject_hash, erasure.erased_at, schema_name)])
    except OSError as error:
        logger.error("an erasure is not in %s yet: %s", settings.ERASURE_LOG, error)


def keep_erasures(*, now: datetime) -> Kept:
    """Bring file and database to the same: write what the file lacks, and erase again whom only the file knows.

    The latter is what an older database has forgotten; done twice nothing changes. A store that cannot be looked through
    now is tried again in the next round.
    Raises: OSError where the file can be neither read nor written.
    """
    here = _list_known()
    there = _read()
    missing = [line for person, line in here.items() if person not in there]
    if missing:
        _append(missing)
    forgotten: defaultdict[UUID, list[_Line]] = defaultdict(list)
    for person, line in there.items():
        if person not in here:
            forgotten[line.lineage].append(line)
    replayed = sum(_replay(lineage, lines, now=now) for lineage, lines in forgotten.items())
    return Kept(written=len(missing), replayed=replayed)


def _list_known() -> dict[Person, _Line]:
    """Return what the database knows."""
    with in_public():
        stores = dict(ArchivePolicy.objects.values_list("lineage", "tenant__schema_name"))
        rows = Erasure.objects.values_list("lineage", "subject_hash", "erased_at").iterator()
        lines = [_Line(lineage, one, at, stores.get(lineage, _NOWHERE)) for lineage, one, at in rows]
    return {line.person: line for line in lines}


def _replay(lineage: UUID, lines: Sequence[_Line], *, now: datetime) -> int:
    """Erase these people of a store again and write down that they are; those whom it did not forget are left alone."""
    try:
        with transaction.atomic():
            tenant = _find_store(lineage, {line.schema_name for line in lines})
            if tenant is not None:
                with in_tenant(tenant, any_state=True):
                    only = frozenset(line.subject_hash for line in lines)
                    reapply_erasures(lineage=lineage, now=now, only=only)
            with in_public():
                Erasure.objects.bulk_create(
                    [Erasure(lineage=lineage, subject_hash=one.subject_hash, erased_at=one.erased_at) for one in lines],
                    ignore_conflicts=True,
                )
    except Exception:
        logger.exception("%s erasures of a store could not be repeated; they are tried again", len(lines))
        return 0
    logger.warning("%s people were erased again: the database was older than %s", len(lines), settings.ERASURE_LOG)
    return len(lines)


def _find_store(lineage: UUID, schema_names: set[str]) -> Tenant | None:
    """Return the store of a lineage; one that did not have it yet on that older day has it from now on."""
    with in_public():
        policy = ArchivePolicy.objects.filter(lineage=lineage).select_related("tenant").first()
        if policy is not None:
            return policy.tenant
        tenant = Tenant.objects.filter(schema_name__in=schema_names).first()
        if tenant is not None:
            ArchivePolicy.objects.get_or_create(tenant_id=tenant.pk, defaults={"lineage": lineage})
        return tenant


def _read() -> dict[Person, _Line]:
    """Return what the file says; a line that was cut off says nothing."""
    found: dict[Person, _Line] = {}
    try:
        text = settings.ERASURE_LOG.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return found
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        try:
            said = _Line(UUID(match[1]), match[2], datetime.fromisoformat(match[3]), match[4])
        except ValueError:
            continue
        found[said.person] = said
    return found


def _append(lines: Iterable[_Line]) -> None:
    """Add lines and have them on the disk; several processes take turns, and none writes behind half a line."""
    text = "".join(f"{one.lineage} {one.subject_hash} {one.erased_at.isoformat()} {one.schema_name}\n" for one in lines)
    settings.ERASURE_LOG.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings.ERASURE_LOG, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        is_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (("\n" if is_cut else "") + text).encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
