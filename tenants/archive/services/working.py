"""Archives, restorations and sandboxes asked for in the dashboard: long work, done as jobs of the store."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.selectors import find_user_by_email
from core.clock import utc_now
from core.jobs.models import FINISHED_STATES, Job
from core.jobs.services import JobHandle, create_job
from core.origin import platform_url
from core.tenancy import PUBLIC, current_schema, in_public
from tenants.archive.enums import ArchiveReason
from tenants.archive.errors import RestoreRefused
from tenants.archive.locks import lock_tenant
from tenants.archive.models import Archive, Sandbox
from tenants.archive.progress import Report
from tenants.archive.selectors import get_archive
from tenants.archive.services.copying import Copied, check_address, clone_store, restore_as_new
from tenants.archive.services.keeping import find_archive_file, make_archive
from tenants.archive.services.restoring import restore_in_place
from tenants.archive.services.uploading import find_upload, forget_upload
from tenants.models import Tenant
from tenants.slugs import clean_slug

EXPORT_JOB, RESTORE_JOB, CLONE_JOB, OPEN_JOB = "archive.export", "archive.restore", "archive.clone", "archive.open"
PAGE = "/dashboard/settings/data/"
MAXIMUM_SANDBOXES = 3
STEPS = 100


def ask_for_archive(*, reason: ArchiveReason, actor: str, now: datetime) -> Job:
    """Ask for an archive of the current store."""
    return _ask(
        kind=EXPORT_JOB,
        title=_("Archive of the store"),
        task="tenants.archive.run_export",
        params={"reason": str(reason)},
        started_by=actor,
        now=now,
    )


def ask_for_restore(*, tenant: Tenant, token: str, actor: str, now: datetime) -> Job:
    """Ask for the current store to be taken back to one of its kept archives.

    Raises: ArchiveNotFound.
    """
    archive = get_archive(tenant=tenant, token=token)
    find_archive_file(archive)
    return _ask(
        kind=RESTORE_JOB,
        title=_("Going back to an earlier state"),
        task="tenants.archive.run_restore",
        params={"archive": archive.token},
        started_by=actor,
        now=now,
    )


def ask_for_store(*, tenant: Tenant, token: str, slug: str, owner: User, now: datetime) -> Job:
    """Ask for a store of its own, under this address, from one of the current store's kept archives.

    Raises: ArchiveNotFound, AddressRefused, AddressTaken.
    """
    archive = get_archive(tenant=tenant, token=token)
    find_archive_file(archive)
    name = clean_slug(slug)
    check_address(name, now=now)
    return _ask(
        kind=OPEN_JOB,
        title=_("Store %(slug)s") % {"slug": name},
        task="tenants.archive.run_open",
        params={"archive": archive.token, "slug": name, "owner": owner.pk},
        started_by=owner.email,
        now=now,
    )


def ask_for_store_of_upload(*, token: str, slug: str, owner: User, now: datetime) -> Job:
    """Ask for a store of its own, under this address, from a file that its future owner has brought; on public.

    Raises: ArchiveNotFound, ArchiveDamaged, AddressRefused, AddressTaken.
    """
    upload = find_upload(user_id=owner.pk, token=token)
    name = clean_slug(slug)
    check_address(name, now=now)
    with in_public():
        return create_job(
            kind=OPEN_JOB,
            title=_("Store %(slug)s") % {"slug": name},
            task="tenants.archive.run_open_upload",
            params={"upload": upload.token, "slug": name, "owner": owner.pk},
            started_by=owner.email,
            now=now,
        )


def find_opening(*, token: str, owner: User) -> Job | None:
    """Return the newest job that opens a store from this file for this person, or None."""
    with in_public():
        jobs = Job.objects.filter(schema_name=PUBLIC, kind=OPEN_JOB, params__upload=token, params__owner=owner.pk)
        return jobs.order_by("-pk").first()


def find_running_opening(owner: User) -> Job | None:
    """Return the unfinished job that opens a store from a file of this person, or None."""
    with in_public():
        jobs = Job.objects.filter(schema_name=PUBLIC, kind=OPEN_JOB, params__owner=owner.pk)
        return jobs.exclude(state__in=FINISHED_STATES).order_by("-pk").first()


def ask_for_sandbox(*, tenant: Tenant, slug: str, actor: str, now: datetime) -> Job:
    """Ask for a sandbox of the current store under this address.

    Raises: AddressRefused, AddressTaken, RestoreRefused for one too many.
    """
    name = clean_slug(slug)
    check_address(name, now=now)
    with in_public():
        if Sandbox.objects.filter(origin_id=tenant.pk).count() >= MAXIMUM_SANDBOXES:
            raise RestoreRefused(
                _("A store may have %(count)s sandboxes. Close one of them first; nothing was changed.")
                % {"count": MAXIMUM_SANDBOXES}
            )
    return _ask(
        kind=CLONE_JOB,
        title=_("Sandbox %(slug)s") % {"slug": name},
        task="tenants.archive.run_clone",
        params={"slug": name},
        started_by=actor,
        now=now,
    )


def do_export(handle: JobHandle, tenant: Tenant) -> None:
    archive = make_archive(
        tenant=tenant,
        reason=ArchiveReason(handle.params["reason"]),
        actor=handle.job.started_by,
        now=utc_now(),
        report=_in_hundredths(handle),
    )
    with _in_words_of(handle):
        message, label = _("The archive is ready."), _("Show it")
    handle.result = {"archive": archive.token, "message": message, "url": PAGE, "label": label}


def do_restore(handle: JobHandle, tenant: Tenant) -> None:
    """Take the store back; done again after a crash, it goes back once."""
    archive: Archive = get_archive(tenant=tenant, token=handle.params["archive"])
    restore_in_place(
        tenant=tenant,
        source=find_archive_file(archive),
        actor=handle.job.started_by,
        now=utc_now(),
        report=_in_hundredths(handle),
        token=handle.job.token,
    )
    with _in_words_of(handle):
        message, label = _("The store is as it was. For a week you can take this back."), _("Show it")
    handle.result = {"message": message, "url": PAGE, "label": label}


def do_clone(handle: JobHandle, tenant: Tenant) -> None:
    copied = clone_store(
        tenant=tenant,
        slug=handle.params["slug"],
        actor=handle.job.started_by,
        now=utc_now(),
        report=_in_hundredths(handle),
        token=handle.job.token,
    )
    with _in_words_of(handle):
        message = _("The sandbox is open.")
    _lead_to(handle, copied, message)


def do_open(handle: JobHandle, tenant: Tenant) -> None:
    """Open a store from one of this store's kept archives."""
    archive = get_archive(tenant=tenant, token=handle.params["archive"])
    copied = restore_as_new(source=find_archive_file(archive), **_opening(handle))
    with _in_words_of(handle):
        message = _("The store is open. Under its Settings → Your store's data stands what did not come along.")
    _lead_to(handle, copied, message)


def do_open_upload(handle: JobHandle) -> None:
    """Open a store from a file that was brought, and forget the file."""
    words = _opening(handle)
    owner = words["owner"]
    with _in_words_of(handle):
        upload = find_upload(user_id=owner.pk, token=handle.params["upload"])
    copied = restore_as_new(source=upload.path, **words)
    forget_upload(user_id=owner.pk, token=upload.token)
    with _in_words_of(handle):
        message = _("The store is open.")
    _lead_to(handle, copied, message)


def _ask(**facts: Any) -> Job:
    """Ask once: while the current store has unfinished work of this kind, pressing a button again asks for nothing more."""
    with transaction.atomic():
        with in_public():
            store = Tenant.objects.filter(schema_name=current_schema()).first()
            if store is not None:
                lock_tenant(store.pk)
        asked = Job.objects.filter(schema_name=current_schema(), kind=facts["kind"]).exclude(state__in=FINISHED_STATES)
        return asked.order_by("-pk").first() or create_job(**facts)


def _opening(handle: JobHandle) -> Mapping[str, Any]:
    with in_public():
        owner = User.objects.get(pk=handle.params["owner"], is_active=True)
    return {
        "slug": handle.params["slug"],
        "owner": owner,
        "actor": handle.job.started_by,
        "now": utc_now(),
        "report": _in_hundredths(handle),
        "token": handle.job.token,
        # What a stranger's file says of people is asked of each of them first.
        "may_bring_people": False,
    }


def _lead_to(handle: JobHandle, copied: Copied, message: str) -> None:
    with _in_words_of(handle):
        label = _("Open dashboard")
    url = platform_url(f"/stores/{copied.tenant.slug}/enter/")
    handle.result = {"message": message, "url": url, "label": label, "told": copied.told}


def _in_hundredths(handle: JobHandle) -> Report:
    """Report in words and hundredths instead of codes and bytes."""
    with _in_words_of(handle):
        words = {
            "tables": pgettext("phase", "Reading the rows"),
            "files": pgettext("phase", "Copying pictures and files"),
            "verify": pgettext("phase", "Checking the archive"),
            "load": pgettext("phase", "Writing the rows"),
        }

    def report(*, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
        share = min(STEPS, (done or 0) * STEPS // total) if total else 0
        handle.report(phase=words.get(phase or ""), done=share, total=STEPS if total else 0)

    return report


def _in_words_of(handle: JobHandle) -> AbstractContextManager[None]:
    """Speak the language of whoever asked for the work."""
    person = find_user_by_email(handle.job.started_by)
    return translation.override(person.language if person else None)
