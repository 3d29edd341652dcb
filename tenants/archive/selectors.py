"""Read archives, restorations, sandboxes and deletions."""

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.tenancy import in_public
from tenants.archive.enums import DeletionState, RestorationState
from tenants.archive.errors import ArchiveNotFound
from tenants.archive.models import Archive, ArchivePolicy, Deletion, Restoration, Sandbox
from tenants.models import Tenant


def installation_id() -> str:
    """Return the opaque name of this installation: another secret or another domain is another installation."""
    return salted_hmac("tenants.archive.installation", settings.BASE_DOMAIN, algorithm="sha256").hexdigest()[:32]


def archive_path(lineage: UUID, token: str) -> Path:
    """Return where the kept archive lies."""
    return Path(settings.ARCHIVE_ROOT) / lineage.hex / f"{token}.shopstead"


def get_archive(*, tenant: Tenant, token: str) -> Archive:
    """Return the store's kept archive.

    Raises: ArchiveNotFound.
    """
    with in_public():
        archive = Archive.objects.filter(tenant_id=tenant.pk, token=token).first()
    if archive is None:
        raise ArchiveNotFound(_("This archive is not here any more. Make a new one; your store's data is safe."))
    return archive


def list_archives(tenant: Tenant) -> list[Archive]:
    """Return the store's kept archives, newest first."""
    with in_public():
        return list(Archive.objects.filter(tenant_id=tenant.pk).order_by("-made_at", "-pk"))


def last_archive(tenant: Tenant) -> Archive | None:
    """Return the store's newest archive, or None."""
    with in_public():
        return Archive.objects.filter(tenant_id=tenant.pk).order_by("-made_at", "-pk").first()


def find_policy(tenant: Tenant) -> ArchivePolicy | None:
    """Return how the store is archived, or None before its first archive."""
    with in_public():
        return ArchivePolicy.objects.filter(tenant_id=tenant.pk).first()


def find_undo(tenant: Tenant, *, now: datetime) -> Restoration | None:
    """Return the newest restoration of the store that can still be taken back, or None."""
    with in_public():
        return (
            Restoration.objects.filter(
                tenant_id=tenant.pk,
                state=RestorationState.DONE,
                is_in_place=True,
                idle_dropped_at__isnull=True,
                drop_idle_at__gt=now,
                schema_name=F("tenant__schema_name"),
            )
            .exclude(idle_schema_name="")
            .order_by("-pk")
            .first()
        )


def find_arrival(tenant: Tenant) -> Restoration | None:
    """Return the restoration that opened this store, while there is something to tell of it, or None."""
    with in_public():
        return (
            Restoration.objects.filter(tenant_id=tenant.pk, is_in_place=False, state=RestorationState.DONE)
            .exclude(told=[])
            .order_by("-pk")
            .first()
        )


def find_deletion(tenant: Tenant) -> Deletion | None:
    """Return the store's deletion while it is under way, or None."""
    with in_public():
        return Deletion.objects.filter(tenant_id=tenant.pk, state__in=Deletion.OPEN).first()


def find_ends(tenant_ids: list[int]) -> dict[int, datetime]:
    """Return, of those stores that wait for their end, the day on which each is erased."""
    waiting = Deletion.objects.filter(tenant_id__in=tenant_ids, state=DeletionState.WAITING)
    return dict(waiting.values_list("tenant_id", "due_at"))


def list_sandboxes(tenant: Tenant) -> list[Tenant]:
    """Return the sandboxes that were made of the store, newest first."""
    with in_public():
        return list(Tenant.objects.filter(sandbox__origin_id=tenant.pk).order_by("-sandbox__made_at"))


def list_tombstones() -> list[Deletion]:
    """Return what is left of the stores that are gone, newest first."""
    return list(Deletion.objects.filter(state=DeletionState.DONE).order_by("-finished_at"))


def find_held_address(slug: str, *, now: datetime) -> Deletion | None:
    """Return the tombstone that still keeps this address from being given out again, or None."""
    with in_public():
        return (
            Deletion.objects.filter(slug_hash=hash_slug(slug), state=DeletionState.DONE, slug_free_at__gt=now)
            .order_by("-slug_free_at")
            .first()
        )


def hash_slug(slug: str) -> str:
    """Return what a tombstone keeps of an address."""
    return hashlib.sha256(f"shopstead.address:{slug}".encode()).hexdigest()


@lru_cache(maxsize=10_000)
def is_sandbox(tenant_id: int) -> bool:
    """Tell whether the store is a sandbox; asked once a process, since no store ever becomes or stops being one."""
    with in_public():
        return Sandbox.objects.filter(tenant_id=tenant_id).exists()
