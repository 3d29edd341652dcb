"""Write a store into one file, while it goes on selling."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.events import publish
from core.handling import leftover_folders, tables_that_stay_behind
from core.tenancy import in_public
from tenants.archive.errors import StoreNotArchivable
from tenants.archive.files import list_files
from tenants.archive.manifest import Manifest
from tenants.archive.models import ArchivePolicy
from tenants.archive.progress import Report, no_report
from tenants.archive.selectors import installation_id
from tenants.archive.snapshot import Snapshot, open_snapshot
from tenants.archive.writing import ArchiveWriter, read_file
from tenants.enums import TenantState
from tenants.events import ArchiveCollecting
from tenants.models import Domain, Entitlement, Membership, PaymentAccount, Tenant, TenantEvent

STORE_FACTS = (
    "slug",
    "name",
    "currency",
    "country",
    "language",
    "time_zone",
    "contact_email",
    "plan_code",
)
_NOT_ARCHIVABLE = (TenantState.PROVISIONING, TenantState.DELETED)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    size: int
    manifest: Manifest


def export_store(*, tenant: Tenant, target: Path, now: datetime, report: Report = no_report) -> Exported:
    """Write the store's rows as they are at one moment, its public rows and its files into `target`.

    Raises: StoreNotArchivable; OSError where the target cannot be written. There is no half archive then.
    """
    with in_public():
        tenant = Tenant.objects.get(pk=tenant.pk)
        if tenant.state in _NOT_ARCHIVABLE:
            raise StoreNotArchivable(_("A store that is being made, or is gone, cannot be archived."))
        policy, _made = ArchivePolicy.objects.get_or_create(tenant_id=tenant.pk)
        public = _public_rows(tenant)
    with ArchiveWriter(target) as writer, open_snapshot(tenant.schema_name) as snapshot:
        report(phase="tables", done=0)
        sequences = _write_tables(writer, snapshot, report)
        for name, rows in sorted(public.items()):
            writer.add(f"public/{name}.jsonl.gz", _lines(rows))
        report(phase="files")
        gone = _write_files(writer, tenant.schema_name, report)
        manifest = Manifest(
            made_at=now.isoformat(),
            version=_version(),
            installation=installation_id(),
            lineage=str(policy.lineage),
            store={name: getattr(tenant, name) for name in STORE_FACTS}
            | {
                "languages": ",".join(tenant.languages),
                "shows_lowest_price": "yes" if tenant.shows_lowest_price else "no",
            },
            migrations=snapshot.migrations(),
            members=writer.members,
            sequences=sequences,
            left_out=_left_out(gone),
        )
        writer.finish(manifest)
    return Exported(path=target, size=target.stat().st_size, manifest=manifest)


def _write_tables(writer: ArchiveWriter, snapshot: Snapshot, report: Report) -> dict[str, tuple[int, bool]]:
    tables = snapshot.tables()
    whole, done = sum(table.disk_bytes for table in tables), 0
    sequences = {}
    for table in tables:
        begun = done

        def seen(chunks: Iterator[bytes], begun: int = begun, limit: int = table.disk_bytes) -> Iterator[bytes]:
            read = 0
            for chunk in chunks:
                read += len(chunk)
                report(phase="tables", done=begun + min(read, limit), total=whole)
                yield chunk

        writer.add(f"tables/{table.name}.copy.gz", seen(snapshot.copy(table)), columns=table.columns)
        for column in table.sequences:
            sequences[f"{table.name}.{column}"] = snapshot.sequence(table.name, column)
        done += table.disk_bytes
    return sequences


def _write_files(writer: ArchiveWriter, schema_name: str, report: Report) -> int:
    """Write the files and return how many vanished between being seen and being read."""
    gone = 0
    for number, (name, path) in enumerate(list_files(schema_name)):
        report(phase="files", done=number)
        try:
            content = iter(read_file(path))
            first = next(content, b"")
        except FileNotFoundError:
            gone += 1
            continue
        writer.add(name, _chain(first, content))
    return gone


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _public_rows(tenant: Tenant) -> dict[str, list[dict[str, Any]]]:
    """Return what the platform's tables say of the store. No password, session, pass or card is among it."""
    memberships = Membership.objects.filter(tenant_id=tenant.pk).select_related("user").order_by("user__email")
    rows: dict[str, list[dict[str, Any]]] = {
        "domains": _plain(
            Domain.objects.filter(tenant_id=tenant.pk).order_by("domain").values("domain", "is_primary", "verified_at")
        ),
        "memberships": [
            {"email": each.user.email, "name": each.user.name, "language": each.user.language, "role": each.role}
            for each in memberships
        ],
        "entitlements": _plain(
            Entitlement.objects.filter(tenant_id=tenant.pk).order_by("key").values("key", "value", "valid_until")
        ),
        "payment_accounts": _plain(
            PaymentAccount.objects.filter(tenant_id=tenant.pk)
            .order_by("provider")
            .values("provider", "external_id", "livemode")
        ),
        "log": _plain(
            TenantEvent.objects.filter(tenant_id=tenant.pk).order_by("pk").values("type", "actor", "data", "created_at")
        ),
    }
    publish(ArchiveCollecting(tenant=tenant, rows=rows))
    return rows


def _plain(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def _lines(rows: list[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"


def _left_out(gone: int) -> dict[str, str]:
    told = {
        f"tables/{table}": "rows that open doors, or last for minutes" for table in sorted(tables_that_stay_behind())
    }
    told |= {f"private/{folder}": "uploads of imports, kept for a day" for folder in sorted(leftover_folders())}
    if gone:
        told["files"] = f"{gone} files were removed while the archive was made"
    return told


def _version() -> str:
    try:
        return version("shopstead")
    except PackageNotFoundError:
        return "0"
