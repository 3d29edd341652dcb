"""Rows of stores and their deletions, taken by key."""

from tenants.archive.models import Archive, Deletion, Restoration
from tenants.models import Tenant


def lock_tenant(tenant_id: int) -> Tenant:
    return Tenant.objects.select_for_update().get(pk=tenant_id)


def lock_restoration(restoration_id: int) -> Restoration | None:
    """Return the restoration, or None when it was cleared away."""
    return Restoration.objects.select_for_update().filter(pk=restoration_id).first()


def lock_deletion(deletion_id: int) -> Deletion:
    return Deletion.objects.select_for_update().get(pk=deletion_id)


def lock_archive(archive_id: int) -> Archive | None:
    """Return the archive, or None when it has gone or somebody else is at it."""
    return Archive.objects.select_for_update(skip_locked=True).filter(pk=archive_id).first()
