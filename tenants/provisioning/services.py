"""From a sign-up to a live store, in steps that survive a crash between any two of them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.events import publish
from core.ids import new_schema_name
from core.outbox.services import enqueue
from core.tenancy import in_public, in_tenant
from tenants.enums import ProvisioningStep, Role, TenantState
from tenants.errors import AddressTaken
from tenants.events import TenantProvisioned, TenantSeeding
from tenants.models import Domain, Membership, Tenant
from tenants.provisioning.schema import create_schema
from tenants.selectors import default_host
from tenants.services import record_event
from tenants.slugs import clean_slug


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
    """Reserve the address, make the person its owner and ask for the store to be made.

    Raises: AddressRefused, AddressTaken.
    """
    slug = clean_slug(slug)
    try:
        with in_public(), transaction.atomic():
            tenant = Tenant(
                slug=slug,
                schema_name=new_schema_name(),
                name=name.strip(),
                currency=currency,
                country=country,
                language=language,
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
    except IntegrityError as error:
        raise AddressTaken(_("“%(slug)s” is taken. Choose another address.") % {"slug": slug}, field="slug") from error
    return tenant


def provision_tenant(*, tenant_id: int, now: datetime, actor: str = "system") -> Tenant:
    """Take the store through the steps it has not done yet; safe to call again after a crash, and by two at once."""
    with in_public():
        with transaction.atomic():
            tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
            if tenant.state == TenantState.PROVISIONING and tenant.step == ProvisioningStep.ROW:
                create_schema(tenant)
                Tenant.objects.filter(pk=tenant.pk).update(step=ProvisioningStep.SCHEMA)
        with transaction.atomic():
            tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
            if tenant.state == TenantState.PROVISIONING and tenant.step == ProvisioningStep.SCHEMA:
                with in_tenant(tenant, any_state=True):
                    publish(TenantSeeding(tenant=tenant, now=now))
                Tenant.objects.filter(pk=tenant.pk).update(
                    step=ProvisioningStep.DONE, state=TenantState.READY, ready_at=now
                )
                record_event(tenant_id=tenant.pk, kind="provisioned", actor=actor, now=now)
                tenant.refresh_from_db()
                publish(TenantProvisioned(tenant=tenant, now=now))
    return tenant


def resume_provisioning(*, now: datetime) -> int:
    """Ask again for stores that have been in the making for over two minutes, and return how many there are."""
    with in_public(), transaction.atomic():
        stuck = Tenant.objects.stuck_in_provisioning(now=now)
        for tenant in stuck:
            enqueue(task="tenants.provision", kwargs={"tenant_id": tenant.pk})
    return len(stuck)
