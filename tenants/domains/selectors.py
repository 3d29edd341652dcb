"""Read a store's host names and its claims to more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.tenancy import in_public
from tenants.domains.enums import ACTIVE, HOLDING, ClaimState, Pointing
from tenants.domains.errors import ClaimNotFound
from tenants.domains.models import DomainClaim
from tenants.domains.names import challenge_name, challenge_text, readable, short_name
from tenants.domains.providers import is_cloudflare
from tenants.models import Domain, Tenant
from tenants.selectors import default_host

# As long as resolvers and browsers may remember where a name led and who answered there.
QUARANTINE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class HostRow:
    """A host name that the store answers on."""

    host: str
    readable: str
    is_primary: bool
    is_platforms: bool
    claim: DomainClaim | None
    leads_here: bool

    @property
    def may_be_primary(self) -> bool:
        """Tell whether it is worth choosing: not yet chosen, leading here, and not about to be lost."""
        is_failing = self.claim is not None and self.claim.state == ClaimState.FAILING
        return self.leads_here and not self.is_primary and not is_failing


@dataclass(frozen=True, slots=True)
class Record:
    """A record for the merchant to set: the full name, the short one that some providers want, and the value."""

    kind: str
    name: str
    short_name: str
    value: str


@dataclass(frozen=True, slots=True)
class Lead:
    """Where one of a claim's names leads, and the records that would make it lead here; several mean all of them."""

    host: str
    readable: str
    state: str
    seen: tuple[str, ...]
    is_cloudflare: bool
    records: tuple[Record, ...]


def get_claim(*, tenant_id: int, claim_id: int) -> DomainClaim:
    """Return a claim of this store.

    Raises: ClaimNotFound.
    """
    with in_public():
        claim = DomainClaim.objects.filter(tenant_id=tenant_id, pk=claim_id).first()
    if claim is None:
        raise ClaimNotFound(_("There is no such domain here."))
    return claim


def list_hosts(tenant: Tenant) -> list[HostRow]:
    """Return the store's host names: the primary one first, the platform's last."""
    with in_public():
        domains = list(Domain.objects.filter(tenant_id=tenant.pk, verified_at__isnull=False))
        claims = DomainClaim.objects.filter(tenant_id=tenant.pk, state__in=HOLDING)
        by_host = {host: claim for claim in claims for host in claim.hosts}
    own = default_host(tenant.slug)
    rows = [
        HostRow(
            host=one.domain,
            readable=readable(one.domain),
            is_primary=one.is_primary,
            is_platforms=one.domain == own,
            claim=by_host.get(one.domain),
            leads_here=one.domain == own or _leads_here(by_host.get(one.domain), one.domain),
        )
        for one in domains
    ]
    return sorted(rows, key=lambda row: (not row.is_primary, row.is_platforms, row.host))


def _leads_here(claim: DomainClaim | None, host: str) -> bool:
    return claim is not None and claim.pointing.get(host, {}).get("state") == Pointing.HERE


def list_open_claims(tenant_id: int) -> list[DomainClaim]:
    """Return the claims that hold nothing yet, the newest first."""
    with in_public():
        return list(
            DomainClaim.objects.filter(tenant_id=tenant_id, state__in=ACTIVE).exclude(state__in=HOLDING).order_by("-pk")
        )


def list_released_claims(tenant_id: int, *, now: datetime) -> list[DomainClaim]:
    """Return the names this store has left and nobody else can have yet, the newest first."""
    with in_public():
        left = DomainClaim.objects.filter(
            tenant_id=tenant_id, released_at__gt=now - QUARANTINE, verified_at__isnull=False
        ).order_by("-released_at")
        active = DomainClaim.objects.filter(tenant_id=tenant_id, state__in=ACTIVE).values_list("host", flat=True)
        taken_back = set(active)
        return [claim for claim in left if claim.host not in taken_back]


def list_due_claims(*, now: datetime, limit: int) -> list[DomainClaim]:
    """Return the claims whose time to be looked at has come, the longest waiting first."""
    due = DomainClaim.objects.filter(state__in=ACTIVE, next_check_at__lte=now)
    return list(due.order_by(F("next_check_at"), "pk")[:limit])


def find_quarantine(*, tenant_id: int, hosts: Iterable[str], now: datetime) -> datetime | None:
    """Return when another store's leaving of one of these names is long enough ago, or None when nothing is in the way."""
    left = (
        DomainClaim.objects.filter(
            hosts__overlap=list(hosts), verified_at__isnull=False, released_at__gt=now - QUARANTINE
        )
        .exclude(tenant_id=tenant_id)
        .order_by("-released_at")
        .first()
    )
    return left.released_at + QUARANTINE if left is not None and left.released_at is not None else None


def proof_of(claim: DomainClaim) -> Record:
    """Return the record that proves this claim."""
    name = challenge_name(claim.host)
    return Record("TXT", name, short_name(name), challenge_text(claim.token))


def describe_pointing(claim: DomainClaim) -> list[Lead]:
    """Return where each name of the claim led when last looked at, and what to set.

    An apex cannot have a CNAME beside its other records (RFC 1034 3.6.2).
    """
    return [_lead(host, claim.pointing.get(host, {})) for host in claim.hosts]


def _lead(host: str, seen: dict[str, Any]) -> Lead:
    addresses = tuple(seen.get("seen", []))
    records = tuple(_records_to_lead_here(host))
    return Lead(host, readable(host), seen.get("state", ""), addresses, is_cloudflare(addresses), records)


def _records_to_lead_here(host: str) -> Iterable[Record]:
    short = short_name(host)
    if short != host:
        yield Record("CNAME", host, short, settings.DOMAIN_TARGET)
    elif settings.DOMAIN_ADDRESSES:
        for address in settings.DOMAIN_ADDRESSES:
            yield Record("AAAA" if ":" in address else "A", host, "@", address)
    else:
        yield Record("ALIAS", host, "@", settings.DOMAIN_TARGET)
