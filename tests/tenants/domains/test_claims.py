"""A name is a store's when the token that we made for this store stands in its zone, and at no other time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.outbox.models import OutboxMessage
from integrations.dns.client import DnsResolver
from integrations.dns.resolver import Reply, Texts
from integrations.dns.sandbox import DnsSandbox
from tenants.domains.enums import ClaimState, Finding, Pointing
from tenants.domains.errors import AlreadyClaimed, ClaimNotFound, IsPrimary, TooManyClaims
from tenants.domains.models import DomainClaim
from tenants.domains.selectors import list_hosts, proof_of
from tenants.domains.services import check_claim, choose_primary, claim_name, release_claim, request_due_checks
from tenants.enums import TenantState
from tenants.models import Domain, Tenant, TenantEvent
from tenants.selectors import store_url
from tests.tenants.domains.claiming import NAME, check, hosts_of, publish


def test_the_record_to_set_is_of_our_making(claim: DomainClaim) -> None:
    record = proof_of(claim)
    assert (record.kind, record.name) == ("TXT", "_shopstead-challenge.example.com")
    assert record.value == f"shopstead-verify={claim.token}"
    assert len(claim.token) == 26


def test_a_claim_alone_serves_nothing_and_blocks_nobody(claim: DomainClaim, globex: Tenant, now: datetime) -> None:
    assert not Domain.objects.filter(domain=NAME).exists()
    theirs = claim_name(tenant_id=globex.pk, typed=NAME, actor="globex@example.com", now=now)
    assert theirs.token != claim.token


def test_the_right_token_connects_the_name_and_its_www(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    checked = check(claim, now)
    assert (checked.state, checked.finding, checked.verified_at) == (ClaimState.VERIFIED, Finding.FOUND, now)
    assert hosts_of(acme) == {"acme.localhost", "example.com", "www.example.com"}
    assert Domain.objects.get(tenant=acme, is_primary=True).domain == "acme.localhost"
    assert TenantEvent.objects.filter(tenant=acme, type="domain.verified").count() == 1
    assert OutboxMessage.objects.filter(kwargs={"claim_id": claim.pk, "kind": "verified"}).count() == 1


Set = Callable[[DnsSandbox, str, str], None]

# what the zone says, what we make of it
ANSWERS: list[tuple[Set, Finding]] = [
    (lambda zone, name, value: None, Finding.NO_NAME),
    (lambda zone, name, value: zone.set(name, "A", "192.0.2.1"), Finding.NO_RECORD),
    (lambda zone, name, value: zone.set_text(name, "v=spf1 -all"), Finding.OTHER_TEXT),
    (lambda zone, name, value: zone.set_text(name, "shopstead-verify=somethingelse"), Finding.OTHER_TOKEN),
    (lambda zone, name, value: zone.set_text(name, value + "x"), Finding.OTHER_TOKEN),
    (lambda zone, name, value: zone.set_text(name, value[:-1]), Finding.OTHER_TOKEN),
    (lambda zone, name, value: zone.set_text(name, f"{value} and more"), Finding.OTHER_TOKEN),
    (lambda zone, name, value: zone.set_text(NAME, value), Finding.NO_NAME),  # at the name the merchant chose
    (lambda zone, name, value: (zone.set_text(name, value), zone.keep_silent(name))[0], Finding.UNANSWERED),
    (lambda zone, name, value: (zone.set_text(name, value), zone.fail(name))[0], Finding.UNANSWERED),
]


@pytest.mark.parametrize(("set_zone", "finding"), ANSWERS)
def test_anything_but_the_token_connects_nothing(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime, set_zone: Set, finding: Finding
) -> None:
    set_zone(name_server, proof_of(claim).name, proof_of(claim).value)
    checked = check(claim, now)
    assert (checked.finding, checked.state) == (finding, ClaimState.WAITING)
    assert hosts_of(acme) == {"acme.localhost"}
    assert checked.next_check_at == now + timedelta(minutes=1)


@pytest.mark.guard("silence-proves-nothing", found="verified")
def test_silence_connects_nothing(claim: DomainClaim, name_server: DnsSandbox, now: datetime) -> None:
    name_server.set_text(proof_of(claim).name, proof_of(claim).value)
    name_server.keep_silent(proof_of(claim).name)
    assert check(claim, now).state == ClaimState.WAITING


@pytest.mark.parametrize(
    "dress",
    [str, str.upper, lambda text: f'\\"{text}\\"', lambda text: f" {text} "],
    ids=["as it is", "capitals", "quotes", "spaces"],
)
def test_what_providers_do_to_a_text_does_not_hurt(
    claim: DomainClaim, name_server: DnsSandbox, now: datetime, dress: Callable[[str], str]
) -> None:
    name_server.set_text(proof_of(claim).name, "v=spf1 -all", dress(proof_of(claim).value), "something=else")
    assert check(claim, now).state == ClaimState.VERIFIED


@pytest.mark.guard("token-of-this-claim", found="FOUND")
def test_another_stores_token_proves_nothing_for_us(
    claim: DomainClaim, globex: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    theirs = claim_name(tenant_id=globex.pk, typed=NAME, actor="globex@example.com", now=now)
    publish(name_server, theirs)
    checked = check(claim, now)
    assert (checked.finding, checked.state) == (Finding.OTHER_TOKEN, ClaimState.WAITING)
    assert check(theirs, now).state == ClaimState.VERIFIED


def test_of_two_with_a_right_token_the_first_that_is_found_wins(
    claim: DomainClaim, acme: Tenant, globex: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    theirs = claim_name(tenant_id=globex.pk, typed="www.example.com", actor="globex@example.com", now=now)
    publish(name_server, claim, theirs)
    assert check(theirs, now).state == ClaimState.VERIFIED
    late = check(claim, now)
    assert (late.state, late.finding) == (ClaimState.WAITING, Finding.TAKEN)
    assert hosts_of(acme) == {"acme.localhost"}


def test_the_database_itself_knows_one_holder_of_a_name(
    claim: DomainClaim, globex: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    words = {"tenant": globex, "host": NAME, "hosts": [NAME], "created_at": now, "created_by": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DomainClaim.objects.create(**words, token="a", state=ClaimState.VERIFIED, verified_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        DomainClaim.objects.create(**words, token="b", state=ClaimState.FAILING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Domain.objects.create(tenant=globex, domain=NAME, verified_at=now, is_primary=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Domain.objects.filter(tenant=globex, is_primary=True).update(verified_at=None)


def test_looks_get_rarer_and_end_after_two_weeks(claim: DomainClaim, name_server: DnsSandbox, now: datetime) -> None:
    waits, moment = [], now
    while claim.next_check_at is not None:
        moment = claim.next_check_at
        claim = check(claim, moment)
        waits.append(claim.next_check_at - moment if claim.next_check_at else None)
    minutes = [wait.total_seconds() / 60 if wait else None for wait in waits]
    assert minutes[:11] == [1] * 9 + [60] * 2
    assert minutes[-2:] == [360, None]
    assert moment < claim.created_at + timedelta(days=15)
    publish(name_server, claim)
    assert check(claim, now + timedelta(days=30)).state == ClaimState.VERIFIED  # by hand, at any time


def test_due_claims_are_asked_for_once(claim: DomainClaim, now: datetime) -> None:
    assert request_due_checks(now=now) == 0
    due = now + timedelta(minutes=1)
    assert request_due_checks(now=due) == 1
    assert request_due_checks(now=due) == 0
    assert OutboxMessage.objects.filter(task="tenants.domains.check", kwargs={"claim_id": claim.pk}).count() == 1


def test_the_primary_name_is_not_removed(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    choose_primary(tenant_id=acme.pk, host=NAME, actor="test", now=now)
    with pytest.raises(IsPrimary):
        release_claim(tenant_id=acme.pk, claim_id=claim.pk, actor="test", now=now)
    choose_primary(tenant_id=acme.pk, host="acme.localhost", actor="test", now=now)
    release_claim(tenant_id=acme.pk, claim_id=claim.pk, actor="test", now=now)
    kinds = list(
        TenantEvent.objects.filter(tenant=acme, type__startswith="domain.")
        .order_by("pk")
        .values_list("type", flat=True)
    )
    assert kinds == ["domain.claimed", "domain.verified", "domain.primary", "domain.primary", "domain.released"]


def test_names_of_another_store_can_neither_be_removed_nor_made_primary(
    claim: DomainClaim, acme: Tenant, globex: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    with pytest.raises(ClaimNotFound):
        release_claim(tenant_id=globex.pk, claim_id=claim.pk, actor="test", now=now)
    for host in (NAME, "acme.localhost", "never.example.com"):
        with pytest.raises(ClaimNotFound):
            choose_primary(tenant_id=globex.pk, host=host, actor="test", now=now)


def test_addresses_of_the_store_follow_the_primary_name_and_those_of_the_dashboard_do_not(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    choose_primary(tenant_id=acme.pk, host="www.example.com", actor="test", now=now)
    assert store_url(acme, "/products/").startswith("http://www.example.com")
    assert store_url(acme, "/dashboard/orders/").startswith("http://acme.localhost")
    assert [row.host for row in list_hosts(acme)] == ["www.example.com", "example.com", "acme.localhost"]


def test_a_store_claims_a_name_once_and_not_without_end(
    claim: DomainClaim, acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AlreadyClaimed):
        claim_name(tenant_id=acme.pk, typed="www.example.com", actor="test", now=now)
    for number in range(9):
        claim_name(tenant_id=acme.pk, typed=f"shop{number}.example.com", actor="test", now=now)
    with pytest.raises(TooManyClaims):
        claim_name(tenant_id=acme.pk, typed="shop10.example.com", actor="test", now=now)
    later = now + timedelta(hours=1)
    for number in range(10, 20):
        claim_name(tenant_id=acme.pk, typed=f"shop{number}.example.com", actor="test", now=later)
    with pytest.raises(TooManyClaims):
        claim_name(tenant_id=acme.pk, typed="shop99.example.com", actor="test", now=later + timedelta(hours=2))


def test_where_a_name_leads_is_told_beside_its_proof(
    claim: DomainClaim, name_server: DnsSandbox, now: datetime, settings: Any
) -> None:
    settings.DOMAIN_TARGET = "stores.platform.example"
    name_server.set("stores.platform.example", "A", "192.0.2.1")
    assert check(claim, now).pointing[NAME] == {"state": Pointing.NOWHERE, "seen": []}
    name_server.set("www.example.com", "CNAME", "stores.platform.example")
    name_server.set(NAME, "A", "198.51.100.7")
    pointing = check(claim, now).pointing
    assert pointing["www.example.com"]["state"] == Pointing.HERE
    assert pointing[NAME] == {"state": Pointing.ELSEWHERE, "seen": ["198.51.100.7"]}
    settings.DOMAIN_ADDRESSES = ["198.51.100.7"]
    assert check(claim, now).pointing[NAME]["state"] == Pointing.HERE
    name_server.keep_silent(NAME)
    assert check(claim, now).pointing[NAME]["state"] == Pointing.UNANSWERED


def test_a_target_that_is_an_alias_itself_or_does_not_answer_is_understood(
    claim: DomainClaim, name_server: DnsSandbox, now: datetime, settings: Any
) -> None:
    settings.DOMAIN_TARGET = "stores.platform.example"
    name_server.set("stores.platform.example", "CNAME", "balancer.example.net")
    name_server.set("balancer.example.net", "A", "192.0.2.1", "192.0.2.2")
    name_server.set("www.example.com", "CNAME", "balancer.example.net")
    name_server.set(NAME, "A", "192.0.2.2")
    pointing = check(claim, now).pointing
    assert [pointing[host]["state"] for host in claim.hosts] == [Pointing.HERE] * 2
    name_server.fail("stores.platform.example")
    pointing = check(claim, now).pointing
    assert [pointing[host]["state"] for host in claim.hosts] == [Pointing.UNANSWERED] * 2


def test_a_store_that_goes_while_name_servers_are_asked_has_no_claim_any_more(
    claim: DomainClaim, acme: Tenant, now: datetime
) -> None:
    class Slow(DnsResolver):
        def find_texts(self, name: str) -> Texts:
            Tenant.objects.filter(pk=acme.pk).delete()
            return Texts(Reply.FOUND, (proof_of(claim).value,))

    assert check_claim(claim_id=claim.pk, resolver=Slow(total_seconds=0), actor="test", now=now) is None
    assert not Domain.objects.filter(domain=NAME).exists()


def test_a_name_removed_while_name_servers_are_asked_stays_removed(
    claim: DomainClaim, acme: Tenant, now: datetime
) -> None:
    class Slow(DnsResolver):
        def find_texts(self, name: str) -> Texts:
            release_claim(tenant_id=acme.pk, claim_id=claim.pk, actor="test", now=now)
            return Texts(Reply.FOUND, (proof_of(claim).value,))

    assert check_claim(claim_id=claim.pk, resolver=Slow(total_seconds=0), actor="test", now=now) is None
    claim.refresh_from_db()
    assert (claim.state, hosts_of(acme)) == (ClaimState.RELEASED, {"acme.localhost"})


def test_a_host_that_is_not_verified_is_not_made_primary(acme: Tenant, now: datetime) -> None:
    Domain.objects.create(tenant=acme, domain=NAME, is_primary=False, verified_at=None)
    with pytest.raises(ClaimNotFound):
        choose_primary(tenant_id=acme.pk, host=NAME, actor="test", now=now)


def test_a_closed_stores_names_are_given_back(
    claim: DomainClaim, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    publish(name_server, claim)
    check(claim, now)
    Tenant.objects.filter(pk=acme.pk).update(state=TenantState.DELETED)
    assert check(claim, now + timedelta(days=1)).state == ClaimState.RELEASED
    assert hosts_of(acme) == {"acme.localhost"}
