"""Archives, restorations and sandboxes asked for in the dashboard: long work, done as jobs of the store."""

from contextlib import AbstractContextManager
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.selectors import find_user_by_email
from core.clock import utc_now
from core.events import publish
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from core.tenancy import in_public
from tenants.archive.enums import ArchiveReason
from tenants.archive.models import Archive
from tenants.archive.selectors import get_archive
from tenants.archive.services.copying import clone_store
from tenants.archive.services.keeping import find_archive_file, make_archive
from tenants.archive.services.restoring import restore_in_place
from tenants.errors import AddressTaken
from tenants.events import AddressWanted
from tenants.models import Tenant
from tenants.selectors import store_url
from tenants.slugs import clean_slug

EXPORT_JOB, RESTORE_JOB, CLONE_JOB = "archive.export", "archive.restore", "archive.clone"
PAGE = "/dashboard/settings/data/"


def ask_for_archive(*, reason: ArchiveReason, actor: str, now: datetime) -> Job:
    """Ask for an archive of the current store."""
    return create_job(
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
    return create_job(
        kind=RESTORE_JOB,
        title=_("Going back to an earlier state"),
        task="tenants.archive.run_restore",
        params={"archive": archive.token},
        started_by=actor,
        now=now,
    )


def ask_for_sandbox(*, slug: str, actor: str, now: datetime) -> Job:
    """Ask for a sandbox of the current store under this address.

    Raises: AddressRefused, AddressTaken.
    """
    name = clean_slug(slug)
    publish(AddressWanted(slug=name, now=now))
    with in_public():
        if Tenant.objects.filter(slug=name).exists():
            raise AddressTaken(_("“%(slug)s” is taken. Choose another address.") % {"slug": name}, field="slug")
    return create_job(
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
        report=handle.report,
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
        report=handle.report,
        token=handle.job.token,
    )
    with _in_words_of(handle):
        message, label = _("The store is as it was. For a week you can take this back."), _("Show it")
    handle.result = {"message": message, "url": PAGE, "label": label}


def do_clone(handle: JobHandle, tenant: Tenant) -> None:
    slug = handle.params["slug"]
    with in_public():
        copy = Tenant.objects.filter(slug=slug, sandbox__origin_id=tenant.pk).first()
    if copy is None or handle.job.attempts_count == 1:
        copy = clone_store(
            tenant=tenant, slug=slug, actor=handle.job.started_by, now=utc_now(), report=handle.report
        ).tenant
    with _in_words_of(handle):
        message, label = _("The sandbox is open."), _("Look at it")
    handle.result = {"message": message, "url": store_url(copy), "label": label}


def _in_words_of(handle: JobHandle) -> AbstractContextManager[None]:
    """Speak the language of whoever asked for the work."""
    person = find_user_by_email(handle.job.started_by)
    return translation.override(person.language if person else None)
