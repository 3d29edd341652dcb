"""Claims and what name servers say of them."""

from datetime import datetime

from integrations.dns.client import get_resolver
from integrations.dns.sandbox import DnsSandbox
from tenants.domains.models import DomainClaim
from tenants.domains.selectors import proof_of
from tenants.domains.services import check_claim
from tenants.models import Domain, Tenant

NAME = "example.com"


def publish(name_server: DnsSandbox, *claims: DomainClaim) -> None:
    """Set the proofs of these claims, as their merchants would."""
    for name in {proof_of(one).name for one in claims}:
        name_server.set_text(name, *(proof_of(one).value for one in claims if proof_of(one).name == name))


def check(claim: DomainClaim, now: datetime) -> DomainClaim:
    found = check_claim(claim_id=claim.pk, resolver=get_resolver(), actor="test", now=now)
    assert found is not None
    return found


def hosts_of(tenant: Tenant) -> set[str]:
    return set(Domain.objects.filter(tenant=tenant, verified_at__isnull=False).values_list("domain", flat=True))
