"""Rows that are locked before they are changed, always in this order: store, claim, domains."""

from tenants.domains.models import DomainClaim
from tenants.models import Domain, Tenant


def lock_store(tenant_id: int) -> None:
    """Lock the store's row, so that its claims are counted by one at a time; a store that is gone has no claims either."""
    Tenant.objects.select_for_update(no_key=True).filter(pk=tenant_id).first()


def lock_claim(claim_id: int) -> DomainClaim | None:
    """Lock a claim, or return None when it is gone."""
    return DomainClaim.objects.select_for_update(of=("self",)).select_related("tenant").filter(pk=claim_id).first()


def lock_domains(tenant_id: int) -> list[Domain]:
    """Lock the store's host names, by primary key."""
    return list(Domain.objects.select_for_update().filter(tenant_id=tenant_id).order_by("pk"))
