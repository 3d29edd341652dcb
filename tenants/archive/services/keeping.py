"""Archives that are kept here: made on wish or by night, found again, and removed when their time is over."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.ids import new_token
from core.tenancy import in_public
from tenants.archive.enums import ArchiveReason
from tenants.archive.errors import ArchiveNotFound, NoRoom
from tenants.archive.files import free_bytes
from tenants.archive.locks import lock_archive
from tenants.archive.models import Archive, ArchivePolicy, Restoration
from tenants.archive.progress import Report, no_report
from tenants.archive.selectors import archive_path
from tenants.archive.services.exporting import export_store
from tenants.models import Tenant
from tenants.services import record_event

KEEP_ASKED = timedelta(days=14)
KEEP_BEFORE_DELETION = timedelta(days=45)
LEAST_FREE_BYTES = 256 * 1024 * 1024
NIGHTLY_EVERY = timedelta(hours=20)


def make_archive(
    *, tenant: Tenant, reason: ArchiveReason, actor: str, now: datetime, report: Report = no_report
) -> Archive:
    """Archive the store into a file that is kept here for the time its reason has.

    Raises: StoreNotArchivable, NoRoom.
    """
    if free_bytes() < LEAST_FREE_BYTES:
        raise NoRoom(_("There is too little room on the disk for an archive. Nothing was changed."))
    with in_public():
        policy, _made = ArchivePolicy.objects.get_or_create(tenant_id=tenant.pk)
    token = new_token()
    target = archive_path(policy.lineage, token)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    exported = export_store(tenant=tenant, target=target, now=now, report=report)
    try:
        with in_public(), transaction.atomic():
            archive = Archive.objects.create(
                token=token,
                tenant_id=tenant.pk,
                reason=reason,
                size=exported.size,
                sha256=_digest(target),
                rows_count=exported.manifest.rows_count,
                files_count=len(exported.manifest.files()),
                actor=actor,
                made_at=now,
                expires_at=now + _keep_for(reason, policy),
            )
            record_event(
                tenant_id=tenant.pk,
                kind="archive.made",
                actor=actor,
                now=now,
                data={"reason": str(reason), "token": token},
            )
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return archive


def set_policy(*, tenant: Tenant, is_nightly: bool, keep_days: int, now: datetime) -> None:
    """Say whether the store is archived every night, and for how many days those archives are kept."""
    with in_public():
        ArchivePolicy.objects.update_or_create(
            tenant_id=tenant.pk, defaults={"is_nightly": is_nightly, "keep_days": min(90, max(1, keep_days))}
        )


def forget_arrival(*, tenant: Tenant) -> None:
    """Put away the list of what did not come along when the store was opened from an archive."""
    with in_public():
        Restoration.objects.filter(tenant_id=tenant.pk, is_in_place=False).update(told=[])


def archive_by_night(*, tenant: Tenant, now: datetime) -> Archive | None:
    """Make the store's nightly archive, where it is wished for and none was made this night."""
    with in_public():
        policy, _made = ArchivePolicy.objects.get_or_create(tenant_id=tenant.pk)
        nightly = Archive.objects.filter(tenant_id=tenant.pk, reason=ArchiveReason.NIGHTLY)
        if not policy.is_nightly or nightly.filter(made_at__gt=now - NIGHTLY_EVERY).exists():
            return None
    return make_archive(tenant=tenant, reason=ArchiveReason.NIGHTLY, actor="system", now=now)


def find_archive_file(archive: Archive) -> Path:
    """Return where the archive lies.

    Raises: ArchiveNotFound when it does not lie there any more.
    """
    with in_public():
        policy = ArchivePolicy.objects.filter(tenant_id=archive.tenant_id).first()
    path = archive_path(policy.lineage, archive.token) if policy else None
    if path is None or not path.is_file():
        raise ArchiveNotFound(_("This archive is not here any more. Make a new one; your store's data is safe."))
    return path


def sweep_archives(*, now: datetime) -> int:
    """Remove the archives whose time is over, and files that no row names; return how many went."""
    removed = 0
    with in_public():
        for pk in Archive.objects.filter(expires_at__lte=now).values_list("pk", flat=True):
            with transaction.atomic():
                archive = lock_archive(pk)
                if archive is None:
                    continue
                policy = ArchivePolicy.objects.get(tenant_id=archive.tenant_id)
                archive_path(policy.lineage, archive.token).unlink(missing_ok=True)
                archive.delete()
                removed += 1
        known = set(Archive.objects.values_list("token", flat=True))
    for path in Path(settings.ARCHIVE_ROOT).glob("*/*.shopstead*"):
        age = now.timestamp() - path.stat().st_mtime
        if path.name.split(".")[0] not in known and age > timedelta(hours=6).total_seconds():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _keep_for(reason: ArchiveReason, policy: ArchivePolicy) -> timedelta:
    if reason == ArchiveReason.NIGHTLY:
        return timedelta(days=policy.keep_days)
    return KEEP_BEFORE_DELETION if reason == ArchiveReason.BEFORE_DELETION else KEEP_ASKED


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
