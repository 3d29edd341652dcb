"""Make another store of an archive: the same store under a new name, or a sandbox to try things out in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.clock import utc_now
from core.events import publish
from core.tenancy import in_public
from tenants.archive import leftovers
from tenants.archive.enums import RestorationState
from tenants.archive.errors import RestoreRefused
from tenants.archive.locks import lock_restoration
from tenants.archive.manifest import Manifest
from tenants.archive.models import ArchivePolicy, Restoration, Sandbox
from tenants.archive.progress import Report, no_report
from tenants.archive.reading import ArchiveReader
from tenants.archive.services.exporting import export_store
from tenants.archive.services.neutralizing import neutralize_copy
from tenants.archive.services.public_rows import believable_facts, read_public_rows
from tenants.archive.services.restoring import (
    Loading,
    begin_restoration,
    fill_schema,
    find_finished,
    giving_up,
    open_checked,
)
from tenants.enums import ProvisioningStep, Role, TenantState
from tenants.errors import AddressTaken
from tenants.events import AddressWanted, StoreCopied, TenantProvisioned
from tenants.models import Domain, Entitlement, Membership, Tenant
from tenants.provisioning.pool import release_claim
from tenants.selectors import CHECKOUT, default_host, list_owners
from tenants.services import change_state, record_event
from tenants.slugs import clean_slug

MAXIMUM_TOLD = 200


@dataclass(frozen=True, slots=True)
class Copied:
    """The new store, and what did not come with it (`tenants.archive.leftovers`)."""

    tenant: Tenant
    told: list[leftovers.Leftover]


def plan_restore(*, source: Path, slug: str | None, report: Report = no_report) -> tuple[Manifest, str]:
    """Check the archive and the name and return both, writing nothing.

    Raises: ArchiveDamaged, ArchiveTooNew, NoRoom, AddressRefused, AddressTaken.
    """
    with open_checked(source, report) as reader:
        name = clean_slug(slug or str(reader.manifest.store.get("slug", "")))
        check_address(name, now=utc_now())
        return reader.manifest, name


def restore_as_new(
    *,
    source: Path,
    owner: User,
    actor: str,
    now: datetime,
    slug: str | None = None,
    report: Report = no_report,
    token: str | None = None,
    may_bring_people: bool = True,
) -> Copied:
    """Open a store from the archive under the name `slug`, or the archive's own.

    It starts like any new store: with a trial, its own subdomain, without payment account. What the archive says of plans and
    rights is not believed; with `may_bring_people` those whom it names and who have a login here get their places. `token` names
    the attempt, so that the same job done twice opens one store.
    Raises: ArchiveDamaged, ArchiveTooNew, NoRoom, AddressRefused, AddressTaken.
    """
    if (done := _find_copied(token)) is not None:
        return done
    with open_checked(source, report) as reader:
        name = clean_slug(slug or str(reader.manifest.store.get("slug", "")))
        check_address(name, now=now)

        def open_it(restoration: Restoration) -> Copied:
            tenant = _open_store(restoration, reader.manifest, slug=name, owner=owner, actor=actor, now=now)
            people = _bring_people(tenant, reader, owner=owner, may_bring=may_bring_people, now=now)
            publish(TenantProvisioned(tenant=tenant, now=now))
            return Copied(tenant=tenant, told=[*people, *_tell_rest(reader)])

        inside = [lambda: publish(StoreCopied(is_sandbox=False, now=now))]
        return _copy(reader, inside, open_it, actor=actor, now=now, report=report, token=token)


def clone_store(
    *, tenant: Tenant, slug: str, actor: str, now: datetime, report: Report = no_report, token: str | None = None
) -> Copied:
    """Make a sandbox of the store: all its rows and files, but nobody can be written to, nothing can be paid, and no search
    engine may keep it. Its people are those who own the store.

    Raises: StoreNotArchivable, AddressRefused, AddressTaken, RestoreRefused for a sandbox of a sandbox, NoRoom.
    """
    if (done := _find_copied(token)) is not None:
        return done
    name = clean_slug(slug)
    check_address(name, now=now)
    with in_public():
        if Sandbox.objects.filter(tenant_id=tenant.pk).exists():
            raise RestoreRefused(_("This store is a sandbox itself. Make another one from the real store."))
        owners = list_owners(tenant)
        if not owners:
            raise RestoreRefused(_("This store has no owner who can log in, so nobody could open its sandbox."))

    def open_it(restoration: Restoration) -> Copied:
        copy = _open_store(restoration, reader.manifest, slug=name, owner=owners[0], actor=actor, now=now)
        for user in owners[1:]:
            Membership.objects.create(user=user, tenant=copy, role=Role.OWNER, created_at=now)
        _make_sandbox(copy, origin=tenant, actor=actor, now=now)
        return Copied(tenant=copy, told=[])

    Path(settings.ARCHIVE_ROOT).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="clone-", dir=settings.ARCHIVE_ROOT) as folder:
        source = Path(folder) / "store.shopstead"
        export_store(tenant=tenant, target=source, now=now, report=report)
        with open_checked(source, report) as reader:
            inside = [neutralize_copy, lambda: publish(StoreCopied(is_sandbox=True, now=now))]
            return _copy(reader, inside, open_it, actor=actor, now=now, report=report, token=token)


def _copy(
    reader: ArchiveReader,
    inside: list[Callable[[], None]],
    open_it: Callable[[Restoration], Copied],
    *,
    actor: str,
    now: datetime,
    report: Report,
    token: str | None,
) -> Copied:
    """Fill a schema of its own, and open a store on it in one transaction at the end."""
    restoration = begin_restoration(manifest=reader.manifest, tenant=None, actor=actor, now=now, token=token)
    with giving_up(restoration):
        fill_schema(Loading(restoration, reader, inside), report=report)
        with in_public(), transaction.atomic():
            copied = open_it(restoration)
            release_claim(schema_name=restoration.schema_name)
            Restoration.objects.filter(pk=restoration.pk).update(
                state=RestorationState.DONE, tenant=copied.tenant, told=copied.told, finished_at=now
            )
    copied.tenant.refresh_from_db()
    return copied


def _find_copied(token: str | None) -> Copied | None:
    done = find_finished(token)
    return Copied(tenant=done.tenant, told=done.told) if done is not None and done.tenant is not None else None


def check_address(slug: str, *, now: datetime) -> None:
    """Refuse an address that somebody has or that is kept from everybody for a while.

    Raises: AddressTaken.
    """
    with in_public():
        publish(AddressWanted(slug=slug, now=now))
        if Tenant.objects.filter(slug=slug).exists() or Domain.objects.filter(domain=default_host(slug)).exists():
            raise AddressTaken(_("“%(slug)s” is taken. Choose another address.") % {"slug": slug}, field="slug")


def _open_store(
    restoration: Restoration, manifest: Manifest, *, slug: str, owner: User, actor: str, now: datetime
) -> Tenant:
    """Write the store's row, host and owner, and open it.

    Raises: AddressTaken when somebody was quicker; RestoreRefused when the sweeper gave this restoration up.
    """
    held = lock_restoration(restoration.pk)
    if held is None or held.state != RestorationState.LOADING:
        raise RestoreRefused(_("This restoration was given up by the platform. Nothing was changed."))
    facts = believable_facts(manifest)
    try:
        with transaction.atomic():
            tenant = Tenant(
                slug=slug,
                schema_name=held.schema_name,
                contact_email=owner.email,
                step=ProvisioningStep.DONE,
                created_at=now,
                ready_at=now,
                plan_code=str(manifest.store.get("plan_code", ""))[:40],
                **facts,
            )
            tenant.save()
            Domain.objects.create(tenant=tenant, domain=default_host(slug), is_primary=True, verified_at=now)
    except IntegrityError as error:
        raise AddressTaken(_("“%(slug)s” is taken. Choose another address.") % {"slug": slug}, field="slug") from error
    Membership.objects.create(user=owner, tenant=tenant, role=Role.OWNER, created_at=now)
    ArchivePolicy.objects.create(tenant=tenant)
    record_event(
        tenant_id=tenant.pk,
        kind="restored",
        actor=actor,
        now=now,
        data={"archive_made_at": manifest.made_at, "from": str(manifest.store.get("slug", ""))[:60]},
    )
    return change_state(tenant_id=tenant.pk, state=TenantState.READY, reason="", actor=actor, now=now)


def _make_sandbox(copy: Tenant, *, origin: Tenant, actor: str, now: datetime) -> None:
    with translation.override(copy.language):
        name = _("%(name)s (sandbox)") % {"name": copy.name[:60]}
        reason = _("A sandbox sells nothing.")
    Tenant.objects.filter(pk=copy.pk).update(name=name)
    Sandbox.objects.create(tenant=copy, origin_id=origin.pk, made_by=actor, made_at=now)
    ArchivePolicy.objects.filter(tenant=copy).update(is_nightly=False)
    for entitlement in Entitlement.objects.filter(tenant_id=origin.pk).exclude(key=CHECKOUT):
        Entitlement.objects.create(
            tenant=copy, key=entitlement.key, value=entitlement.value, valid_until=entitlement.valid_until
        )
    Entitlement.objects.create(tenant=copy, key=CHECKOUT, value=0, valid_until=None)
    change_state(tenant_id=copy.pk, state=TenantState.CHECKOUT_OFF, reason=reason, actor=actor, now=now)


def _bring_people(
    tenant: Tenant, reader: ArchiveReader, *, owner: User, may_bring: bool, now: datetime
) -> list[leftovers.Leftover]:
    """Give those who worked in the archived store and have a login here their places; tell of the others."""
    items = []
    for row in islice(read_public_rows(reader, "memberships"), MAXIMUM_TOLD):
        email, role = str(row.get("email", "")).lower()[:254], row.get("role")
        if email == owner.email or role not in Role.values:
            continue
        given = most_by_a_file(Role(role))
        user = User.objects.filter(email=email, is_active=True).first() if may_bring else None
        if user is None:
            items.append(leftovers.person(email, given))
            continue
        Membership.objects.get_or_create(user=user, tenant=tenant, defaults={"role": given, "created_at": now})
        if given != role:
            items.append(leftovers.capped(email))
    return items


def most_by_a_file(role: Role) -> Role:
    """Return what somebody may become by what an archive says: no owner, who comes as a manager."""
    return Role.MANAGER if role == Role.OWNER else role


def _tell_rest(reader: ArchiveReader) -> list[leftovers.Leftover]:
    items = []
    for row in islice(read_public_rows(reader, "domains"), MAXIMUM_TOLD):
        host = str(row.get("domain", ""))[:253]
        if not host or host.endswith(f".{settings.BASE_DOMAIN}"):
            continue
        items.append(leftovers.domain(host, is_taken=Domain.objects.filter(domain=host).exists()))
    if any(True for _row in read_public_rows(reader, "payment_accounts")):
        items.append(leftovers.payments())
    if any(True for _row in read_public_rows(reader, "subscription")):
        items.append(leftovers.plan())
    return items
