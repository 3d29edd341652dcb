"""A name whose proof is gone is warned of, released, and kept from others for a while."""

from datetime import datetime, timedelta

import pytest

from core.outbox.models import OutboxMessage
from integrations.dns.client import get_resolver
from integrations.dns.sandbox import DnsSandbox
from tenants.domains.enums import ClaimState, Finding
from tenants.domains.models import DomainClaim
from tenants.domains.selectors import QUARANTINE, list_released_claims, proof_of
from tenants.domains.services import check_claim, choose_primary, claim_name, release_claim
from tenants.models import Domain, Tenant
from tests.tenants.domains.claiming import NAME, check, hosts_of, publish


def lose_proof(claim: DomainClaim, name_server: DnsSandbox, now: datetime, *, days: int) -> DomainClaim:
    """Look at a connected name for some days in which its record is gone."""
    name_server.set_text(proof_of(claim).name, "v=spf1 -all")
    for day in range(1, days + 1):
        claim = check(claim, now + timedelta(days=day))
    return claim


def test_a_name_without_its_proof_is_warned_of_and_then_released(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    choose_primary(tenant_id=acme.pk, host="www.example.com", actor="test", now=now)
    assert lose_proof(claim, name_server, now, days=1).state == ClaimState.VERIFIED
    assert lose_proof(claim, name_server, now + timedelta(days=1), days=1).state == ClaimState.FAILING
    assert hosts_of(acme) == {"acme.localhost", "example.com", "www.example.com"}
    lost = lose_proof(claim, name_server, now + timedelta(days=2), days=6)
    assert (lost.state, lost.release_reason) == (ClaimState.RELEASED, "proof_lost")
    assert hosts_of(acme) == {"acme.localhost"}
    assert Domain.objects.get(tenant=acme, is_primary=True).domain == "acme.localhost"
    kinds = (
        OutboxMessage.objects.filter(task="tenants.domains.mail").order_by("pk").values_list("kwargs__kind", flat=True)
    )
    assert list(kinds) == ["verified", "failing", "released"]


def test_looking_again_and_again_does_not_make_days_of_an_hour(
    claim: DomainClaim, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    name_server.set_text(proof_of(claim).name, "v=spf1 -all")
    looked = [check(claim, now + timedelta(minutes=minute)) for minute in range(10)]
    assert (looked[-1].state, looked[-1].misses_count) == (ClaimState.VERIFIED, 10)


def test_a_proof_that_comes_back_ends_the_warning(claim: DomainClaim, name_server: DnsSandbox, now: datetime) -> None:
    publish(name_server, claim)
    check(claim, now)
    assert lose_proof(claim, name_server, now, days=3).state == ClaimState.FAILING
    publish(name_server, claim)
    again = check(claim, now + timedelta(days=4))
    assert (again.state, again.misses_count, again.failing_since) == (ClaimState.VERIFIED, 0, None)


def test_silence_does_not_take_a_name_away_for_weeks(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    name_server.fail(proof_of(claim).name)
    states = [check(claim, now + timedelta(days=day)).state for day in (1, 2, 3, 4, 29)]
    assert states == ["verified", "verified", "verified", "failing", "failing"]
    assert check(claim, now + timedelta(days=31)).state == ClaimState.RELEASED


@pytest.mark.guard("quarantine", found="FOUND")
def test_a_name_that_was_left_is_free_for_others_after_the_quarantine(
    claim: DomainClaim, acme: Tenant, globex: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    release_claim(tenant_id=acme.pk, claim_id=claim.pk, actor="test", now=now)
    assert hosts_of(acme) == {"acme.localhost"}
    assert [left.host for left in list_released_claims(acme.pk, now=now)] == [NAME]
    theirs = claim_name(tenant_id=globex.pk, typed=NAME, actor="globex@example.com", now=now)
    publish(name_server, theirs)
    waiting = check(theirs, now)
    assert (waiting.finding, waiting.state) == (Finding.QUARANTINED, ClaimState.WAITING)
    assert waiting.next_check_at == now + QUARANTINE
    assert hosts_of(globex) == {"globex.localhost"}
    assert check(theirs, now + QUARANTINE).state == ClaimState.VERIFIED


def test_a_store_that_comes_back_needs_a_new_token_and_no_waiting(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    release_claim(tenant_id=acme.pk, claim_id=claim.pk, actor="test", now=now)
    assert check_claim(claim_id=claim.pk, resolver=get_resolver(), actor="test", now=now) is None
    again = claim_name(tenant_id=acme.pk, typed=NAME, actor="test", now=now)
    assert check(again, now).finding == Finding.OTHER_TOKEN
    publish(name_server, again)
    assert check(again, now).state == ClaimState.VERIFIED
    assert list_released_claims(acme.pk, now=now) == []


def test_a_claim_that_never_held_leaves_no_quarantine(
    claim: DomainClaim, acme: Tenant, globex: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    release_claim(tenant_id=acme.pk, claim_id=claim.pk, actor="test", now=now)
    theirs = claim_name(tenant_id=globex.pk, typed=NAME, actor="test", now=now)
    publish(name_server, theirs)
    assert check(theirs, now).state == ClaimState.VERIFIED
