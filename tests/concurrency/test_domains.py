"""Two stores that prove one name at the same moment: one has it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from core.outbox.models import OutboxMessage
from integrations.dns.client import get_resolver
from integrations.dns.sandbox import DnsSandbox
from tenants.domains.enums import ClaimState, Finding
from tenants.domains.models import DomainClaim
from tenants.domains.selectors import proof_of
from tenants.domains.services import check_claim, claim_name, release_claim
from tenants.models import Domain, Tenant
from tests.concurrency.together import run_together
from tests.fixtures.tenancy import make_store

ROUNDS = 10


@pytest.fixture
def rivals(committed_store: Tenant) -> Iterator[list[Tenant]]:
    other = make_store(f"rival-{committed_store.slug}"[:40])
    yield [committed_store, other]
    OutboxMessage.objects.filter(task__startswith="tenants.domains").delete()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA "{other.schema_name}" CASCADE')
    other.delete()


def claim_both(rivals: list[Tenant], name: str, name_server: DnsSandbox, now: datetime) -> list[DomainClaim]:
    claims = [claim_name(tenant_id=one.pk, typed=name, actor="test", now=now) for one in rivals]
    name_server.set_text(proof_of(claims[0]).name, *(proof_of(one).value for one in claims))
    return claims


def test_of_two_verifications_at_once_one_wins(
    rivals: list[Tenant], name_server: DnsSandbox, now: datetime, settings: pytest.FixtureRequest
) -> None:
    settings.DNS_TIMEOUT_SECONDS = 5  # type: ignore[attr-defined]
    for number in range(ROUNDS):
        name = f"{rivals[0].slug}-{number}.com"
        moment = now + timedelta(hours=number)
        claims = iter(claim_both(rivals, name, name_server, moment))
        ends = run_together(
            lambda claims=claims, at=moment: check_claim(
                claim_id=next(claims).pk, resolver=get_resolver(), actor="test", now=at
            ),
            count=2,
        )
        assert [end for end in ends if not isinstance(end, DomainClaim)] == []
        assert sorted((end.state, end.finding) for end in ends) == [
            (ClaimState.VERIFIED, Finding.FOUND),
            (ClaimState.WAITING, Finding.TAKEN),
        ]
        [winner] = [end for end in ends if end.state == ClaimState.VERIFIED]
        owners = Domain.objects.filter(domain__in=[name, f"www.{name}"]).values_list("tenant_id", flat=True)
        assert list(owners) == [winner.tenant_id] * 2


def test_a_name_left_while_another_store_proves_it_is_in_quarantine(
    rivals: list[Tenant], name_server: DnsSandbox, now: datetime, settings: pytest.FixtureRequest
) -> None:
    """Whichever comes first, leaving or proving, the other store does not have the name afterwards."""
    settings.DNS_TIMEOUT_SECONDS = 5  # type: ignore[attr-defined]
    for number in range(ROUNDS):
        name = f"{rivals[0].slug}-{number}.net"
        moment = now + timedelta(hours=number)
        held, wanted = claim_both(rivals, name, name_server, moment)
        check_claim(claim_id=held.pk, resolver=get_resolver(), actor="test", now=moment)
        deeds = iter(
            [
                lambda held=held, at=moment: release_claim(
                    tenant_id=held.tenant_id, claim_id=held.pk, actor="test", now=at
                ),
                lambda wanted=wanted, at=moment: check_claim(
                    claim_id=wanted.pk, resolver=get_resolver(), actor="test", now=at
                ),
            ]
        )
        ends = run_together(lambda deeds=deeds: next(deeds)(), count=2)
        assert [end for end in ends if isinstance(end, Exception)] == []
        wanted.refresh_from_db()
        assert (wanted.state, wanted.finding) in [
            (ClaimState.WAITING, Finding.QUARANTINED),
            (ClaimState.WAITING, Finding.TAKEN),
        ]
        assert not Domain.objects.filter(domain=name).exists()
