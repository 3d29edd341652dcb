"""Run inside the platform's own Django: many stores, and what a server beside it needs to know."""

import os
from uuid import uuid4

from accounts.models import User
from accounts.services import create_user
from core.clock import utc_now
from core.ids import new_schema_name
from tenants.enums import ProvisioningStep, TenantState
from tenants.models import Domain, Tenant
from tenants.provisioning.services import provision_tenant, reserve_tenant
from tenants.selectors import default_host

KEYS = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL", "SECRET_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET",
        "STRIPE_API_BASE", "SHOPSTEAD_DATA_DIR", "PUBLIC_PORT_SUFFIX")  # fmt: skip


def environment() -> dict[str, str]:
    """Return the settings that the platform runs with."""
    return {key: os.environ[key] for key in KEYS if key in os.environ}


def make_rows(*, prefix: str, count: int) -> list[str]:
    """Write stores that have rows and hosts and no schema, for views that ask nothing of one; return their hosts."""
    now = utc_now()
    tenants = Tenant.objects.bulk_create(
        Tenant(slug=f"{prefix}-{number}", name=f"{prefix} {number}", schema_name=new_schema_name(), state=TenantState.READY,
               step=ProvisioningStep.DONE, contact_email="nobody@example.com", created_at=now, ready_at=now)
        for number in range(count)
    )  # fmt: skip
    domains = Domain.objects.bulk_create(
        Domain(tenant=tenant, domain=default_host(tenant.slug), is_primary=True, verified_at=now) for tenant in tenants
    )
    return [domain.domain for domain in domains]


def make_real(*, prefix: str, first: int, count: int) -> list[str]:
    """Open stores by the service that sign-up uses and return their hosts."""
    owner = User.objects.filter(email=f"{prefix}@example.com").first() or create_user(
        email=f"{prefix}@example.com", password=uuid4().hex, now=utc_now()
    )
    hosts = []
    for number in range(first, first + count):
        tenant = reserve_tenant(
            owner=owner, slug=f"{prefix}-{number}", name=f"{prefix} {number}", now=utc_now(), actor="bench"
        )
        provision_tenant(tenant_id=tenant.pk, now=utc_now())
        hosts.append(default_host(tenant.slug))
    return hosts
