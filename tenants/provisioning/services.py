"""From a sign-up to a live store, in steps that survive a crash between any two of them."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.events import publish
from core.ids import new_schema_name
from core.outbox.services import enqueue
from core.tenancy import in_public, in_tenant
from tenants.enums import ProvisioningStep, Role, TenantState
from tenants.errors import AddressTaken
from tenants.events import AddressWanted, TenantProvisioned, TenantSeeding
from tenants.languages import list_others
from tenants.models import Domain, Membership, Tenant, TenantQuerySet
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema, ProvisioningTrouble
from tenants.provisioning.pool import ask_for_filling, take_schema
from tenants.provisioning.schema import SchemaExists, create_schema, drop_schema
from tenants.selectors import default_host
from tenants.services import record_event
from tenants.slugs import clean_slug

MAXIMUM_ATTEMPTS = 5
ASK_AGAIN_AFTER = timedelta(minutes=2)
REMOVE_AFTER = timedelta(hours=24)

logger = logging.getLogger(__name__)


def reserve_tenant(
    *,
    owner: User,
    slug: str,
    name: str,
    now: datetime,
    actor: str,
    currency: str = "USD",
    country: str = "US",
    language: str = "en",
    time_zone: str = "UTC",
    plan_code: str = "",
    is_demo: bool = False,
) -> Tenant:
    """Reserve the address, make the person its owner, take a schema off the pool where one is ready, and ask for the rest.

    Raises: AddressRefused, AddressTaken.
    """
    slug = clean_slug(slug)
    try:
        with in_public(), transaction.atomic():
            publish(AddressWanted(slug=slug, now=now))
            pooled = take_schema(now=now)
            tenant = Tenant(
                slug=slug,
                schema_name=pooled or new_schema_name(),
                step=ProvisioningStep.SCHEMA if pooled else ProvisioningStep.ROW,
                name=name.strip(),
                currency=currency,
                country=country,
                language=language,
                languages=list_others(language),
                time_zone=time_zone,
                contact_email=owner.email,
                plan_code=plan_code,
                is_demo=is_demo,
                created_at=now,
            )
            tenant.save()
            Domain.objects.create(tenant=tenant, domain=default_host(slug), is_primary=True, verified_at=now)
            Membership.objects.create(user=owner, tenant=tenant, role=Role.OWNER, created_at=now)
            record_event(tenant_id=tenant.pk, kind="reserved", actor=actor, now=now)
            enqueue(task="tenants.provision", kwargs={"tenant_id": tenant.pk})
            ask_for_filling()
    except IntegrityError as error:
        raise AddressTaken(_("“%(slug)s” is taken. Choose another address.") % {"slug": slug}, field="slug") from error
    return tenant


def provision_tenant(*, tenant_id: int, now: datetime, actor: str = "system") -> Tenant:
    """Take the store through the steps it has not done yet; safe to call again after a crash, and by two at once.

    What fails is written down for the people who wait (`ProvisioningTrouble`).
    Raises: DatabaseError, SchemaExists.
    """
    try:
        with in_public():
            _make_schema(tenant_id=tenant_id)
            return _furnish_and_open(tenant_id=tenant_id, now=now, actor=actor)
    except (DatabaseError, SchemaExists) as error:
        _note_trouble(tenant_id=tenant_id, error=error, now=now)
        raise


def resume_provisioning(*, now: datetime) -> int:
    """Ask again for stores that have been in the making for over two minutes, and return how many there are.

    Left alone are those tried five times, and those that somebody with a live claim is making, such as a restore.
    """
    with in_public(), transaction.atomic():
        stuck = list(_list_unfinished(now=now).exclude(trouble__attempts_count__gte=MAXIMUM_ATTEMPTS))
        for tenant in stuck:
            enqueue(task="tenants.provision", kwargs={"tenant_id": tenant.pk})
    return len(stuck)


def retry_provisioning(*, tenant_id: int, actor: str, now: datetime) -> None:
    """Try an unfinished store again from the step it has reached, because a person asked."""
    with in_public(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
        if tenant.state == TenantState.PROVISIONING:
            ProvisioningTrouble.objects.filter(tenant=tenant).delete()
            record_event(tenant_id=tenant.pk, kind="provisioning.retried", actor=actor, now=now)
            enqueue(task="tenants.provision", kwargs={"tenant_id": tenant.pk})


def remove_unfinished(*, now: datetime) -> list[str]:
    """Remove stores that five attempts and a day could not finish, free their addresses, and return those.

    Such a store was never open: it has an owner, an address and at most an empty schema.
    """
    given_up = Q(trouble__attempts_count__gte=MAXIMUM_ATTEMPTS, trouble__failed_at__lt=now - REMOVE_AFTER)
    removed = []
    with in_public():
        for tenant_id in _list_unfinished(now=now).filter(given_up).values_list("pk", flat=True):
            with transaction.atomic():
                tenant = Tenant.objects.select_for_update(skip_locked=True).filter(pk=tenant_id).first()
                if tenant is None or tenant.state != TenantState.PROVISIONING:
                    continue
                tenant.delete()
                if tenant.step != ProvisioningStep.ROW:
                    drop_schema(tenant.schema_name)
                logger.error("store %s could not be made in a day and was removed", tenant.slug)
                removed.append(tenant.slug)
    return removed


def _make_schema(*, tenant_id: int) -> None:
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
        if tenant.state == TenantState.PROVISIONING and tenant.step == ProvisioningStep.ROW:
            create_schema(tenant.schema_name)
            Tenant.objects.filter(pk=tenant.pk).update(step=ProvisioningStep.SCHEMA)


def _furnish_and_open(*, tenant_id: int, now: datetime, actor: str) -> Tenant:
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
        if tenant.state == TenantState.PROVISIONING and tenant.step == ProvisioningStep.SCHEMA:
            with in_tenant(tenant, any_state=True):
                publish(TenantSeeding(tenant=tenant, now=now))
            Tenant.objects.filter(pk=tenant.pk).update(
                step=ProvisioningStep.DONE, state=TenantState.READY, ready_at=now
            )
            ProvisioningTrouble.objects.filter(tenant=tenant).delete()
            record_event(tenant_id=tenant.pk, kind="provisioned", actor=actor, now=now)
            tenant.refresh_from_db()
            publish(TenantProvisioned(tenant=tenant, now=now))
    return tenant


def _note_trouble(*, tenant_id: int, error: Exception, now: datetime) -> None:
    """Write the failure down in a transaction of its own; where even that fails, the sweeper asks again all the same."""
    try:
        with in_public(), transaction.atomic():
            if Tenant.objects.filter(pk=tenant_id, state=TenantState.PROVISIONING).exists():
                trouble, is_first = ProvisioningTrouble.objects.select_for_update().get_or_create(
                    tenant_id=tenant_id, defaults={"attempts_count": 1, "error": str(error)[:300], "failed_at": now}
                )
                if not is_first:
                    trouble.attempts_count += 1
                    trouble.error, trouble.failed_at = str(error)[:300], now
                    trouble.save()
    except DatabaseError:
        logger.warning("the failure of store %s could not be written down", tenant_id, exc_info=True)


def _list_unfinished(*, now: datetime) -> TenantQuerySet:
    claimed = PooledSchema.objects.filter(state=SchemaState.MAKING, leased_until__gt=now).values("schema_name")
    unfinished = Tenant.objects.filter(state=TenantState.PROVISIONING, created_at__lt=now - ASK_AGAIN_AFTER)
    return unfinished.exclude(schema_name__in=claimed).order_by("pk")
