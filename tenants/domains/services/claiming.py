"""A merchant says that a name is theirs, and gets what proves it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.tenancy import in_public
from tenants.domains.enums import ACTIVE, ClaimState
from tenants.domains.errors import AlreadyClaimed, TooManyClaims
from tenants.domains.locks import lock_store
from tenants.domains.models import DomainClaim
from tenants.domains.names import read_name, readable
from tenants.services import record_event

MOST_CLAIMS = 20
MOST_AN_HOUR = 10
FIRST_CHECK_AFTER = timedelta(minutes=1)


def claim_name(*, tenant_id: int, typed: str, actor: str, now: datetime) -> DomainClaim:
    """Claim a name for the store, with a token of its own; nobody else is kept from claiming it too.

    Raises: NameRefused, AlreadyClaimed, TooManyClaims.
    """
    name = read_name(typed)
    with in_public(), transaction.atomic():
        lock_store(tenant_id)
        claims = DomainClaim.objects.filter(tenant_id=tenant_id)
        if claims.filter(state__in=ACTIVE, hosts__overlap=list(name.hosts)).exists():
            raise AlreadyClaimed(_("“%(name)s” is in your list already.") % {"name": readable(name.host)}, field="host")
        if claims.filter(state__in=ACTIVE).count() >= MOST_CLAIMS:
            raise TooManyClaims(
                _("A store can have %(count)s domains of its own. Remove one first.") % {"count": MOST_CLAIMS},
                field="host",
            )
        if claims.filter(created_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise TooManyClaims(
                _("You added %(count)s domains within an hour. Wait a while; nothing is lost.")
                % {"count": MOST_AN_HOUR},
                field="host",
            )
        claim = DomainClaim.objects.create(
            tenant_id=tenant_id,
            host=name.host,
            hosts=list(name.hosts),
            token=new_token(),
            state=ClaimState.WAITING,
            created_at=now,
            created_by=actor,
            next_check_at=now + FIRST_CHECK_AFTER,
        )
        record_event(
            tenant_id=tenant_id,
            kind="domain.claimed",
            actor=actor,
            data={"host": claim.host, "hosts": claim.hosts},
            now=now,
        )
    return claim
