"""A store lets a name go, or loses it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.outbox.services import enqueue
from core.tenancy import in_public
from tenants.domains.enums import HOLDING, ClaimState, ReleaseReason
from tenants.domains.errors import ClaimNotFound, IsPrimary
from tenants.domains.locks import lock_claim, lock_domains, lock_store
from tenants.domains.models import DomainClaim
from tenants.models import Domain
from tenants.selectors import default_host
from tenants.services import record_event


def release_claim(*, tenant_id: int, claim_id: int, actor: str, now: datetime) -> None:
    """Take a name off the store at its merchant's wish; a new claim to it needs a new token.

    Raises: ClaimNotFound, IsPrimary while one of its names is the primary one.
    """
    with in_public(), transaction.atomic():
        lock_store(tenant_id)
        claim = lock_claim(claim_id)
        if claim is None or claim.tenant_id != tenant_id or claim.state == ClaimState.RELEASED:
            raise ClaimNotFound(_("There is no such domain here."))
        if any(domain.is_primary and domain.domain in claim.hosts for domain in lock_domains(tenant_id)):
            raise IsPrimary(_("This is your primary domain. Choose another one first; until then nothing is removed."))
        let_go(claim, reason=ReleaseReason.REMOVED, actor=actor, now=now)


def let_go(claim: DomainClaim, *, reason: ReleaseReason, actor: str, now: datetime) -> None:
    """Give the names of a locked claim back; a primary one hands over to the platform's own host name first."""
    was_held = claim.state in HOLDING
    if was_held:
        domains = lock_domains(claim.tenant_id)
        if any(domain.is_primary and domain.domain in claim.hosts for domain in domains):
            own = default_host(claim.tenant.slug)
            Domain.objects.filter(tenant_id=claim.tenant_id, is_primary=True).update(is_primary=False)
            Domain.objects.filter(tenant_id=claim.tenant_id, domain=own).update(is_primary=True)
            record_event(tenant_id=claim.tenant_id, kind="domain.primary", actor=actor, data={"host": own}, now=now)
        Domain.objects.filter(tenant_id=claim.tenant_id, domain__in=claim.hosts).delete()
    claim.state, claim.released_at, claim.release_reason = ClaimState.RELEASED, now, reason
    claim.next_check_at = None
    claim.save(update_fields=["state", "released_at", "release_reason", "next_check_at"])
    data = {"host": claim.host, "hosts": claim.hosts, "reason": str(reason)}
    record_event(tenant_id=claim.tenant_id, kind="domain.released", actor=actor, data=data, now=now)
    if was_held and reason == ReleaseReason.PROOF_LOST:
        enqueue(task="tenants.domains.mail", kwargs={"claim_id": claim.pk, "kind": "released"})
