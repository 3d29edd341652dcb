"""A host's store is remembered until it changes, and whoever changes it is heard."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from core.tenancy import in_public
from tenants.domains.models import HostChange
from tenants.domains.services import prune_host_changes
from tenants.enums import TenantState
from tenants.hosts import HostMap, find_tenant
from tenants.models import Domain, Tenant
from tenants.services import suspend_tenant, update_store_facts

LATER = 3600.0


@pytest.fixture
def warm(acme: Tenant, settings: Any) -> HostMap:
    """A map that knows acme and nobody, and has looked for the last time this hour."""
    settings.HOST_LOOK_SECONDS = LATER
    hosts = HostMap()
    hosts.find("acme.localhost")
    hosts.find("nobody.example.com")
    return hosts


def see(hosts: HostMap, host: str = "acme.localhost") -> Tenant | None:
    """Let the map look, as it does by itself twice a second, and ask it."""
    hosts.expire()
    return hosts.find(host)


def test_a_known_host_costs_no_query(warm: HostMap, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        for _ in range(100):
            tenant = warm.find("acme.localhost")
            assert warm.find("nobody.example.com") is None
    assert tenant is not None and tenant.slug == "acme"


def test_a_look_costs_one_statement_whatever_is_remembered(
    warm: HostMap, globex: Tenant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    warm.find("globex.localhost")
    warm.expire()
    with django_assert_num_queries(1):
        assert warm.find("acme.localhost") is not None
        assert warm.find("globex.localhost") is not None


def test_a_whole_request_finds_its_store_without_a_query(acme: Tenant, settings: Any) -> None:
    settings.HOST_LOOK_SECONDS = LATER
    client = Client(headers={"host": "acme.localhost"})
    client.get("/")
    with CaptureQueriesContext(connection) as made:
        assert client.get("/").status_code == 200
    assert len(made) > 0
    assert [query["sql"] for query in made if "tenants_" in query["sql"] or "hostchange" in query["sql"]] == []


@pytest.mark.guard("changes-are-looked-for", found="is_open_for_work")
def test_a_suspension_by_the_service_is_seen(warm: HostMap, acme: Tenant, now: datetime) -> None:
    suspend_tenant(tenant_id=acme.pk, reason="", actor="test", now=now)
    assert warm.find("acme.localhost").is_open_for_work  # type: ignore[union-attr]
    assert not see(warm).is_open_for_work  # type: ignore[union-attr]


def test_new_facts_are_seen(warm: HostMap, acme: Tenant, now: datetime) -> None:
    update_store_facts(tenant_id=acme.pk, facts={"name": "Acme & Sons"}, actor="test", now=now)
    assert see(warm).name == "Acme & Sons"  # type: ignore[union-attr]


BY_HAND = [
    ("UPDATE tenants_tenant SET state = 'suspended' WHERE slug = 'acme'", "acme.localhost", TenantState.SUSPENDED),
    ("UPDATE tenants_domain SET domain = 'new.example.com' WHERE domain = 'acme.localhost'", "acme.localhost", None),
    (
        "UPDATE tenants_domain SET domain = 'nobody.example.com' WHERE domain = 'acme.localhost'",
        "nobody.example.com",
        TenantState.READY,
    ),
    ("UPDATE tenants_domain SET verified_at = NULL, is_primary = false", "acme.localhost", None),
    ("DELETE FROM tenants_domain", "acme.localhost", None),
    (
        "INSERT INTO tenants_domain (domain, tenant_id, is_primary, verified_at)"
        " SELECT 'nobody.example.com', id, false, now() FROM tenants_tenant WHERE slug = 'acme'",
        "nobody.example.com",
        TenantState.READY,
    ),
    ("TRUNCATE tenants_domain CASCADE", "acme.localhost", None),
]


@pytest.mark.parametrize(("statement", "host", "state"), BY_HAND)
def test_a_change_by_hand_is_seen(warm: HostMap, statement: str, host: str, state: TenantState | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    tenant = see(warm, host)
    assert (tenant and tenant.state) == state


def test_a_row_written_again_as_it_was_forgets_nothing(warm: HostMap, acme: Tenant) -> None:
    before = HostChange.objects.count()
    acme.save()
    assert HostChange.objects.count() == before


def test_the_primary_host_of_a_store_is_told_with_it(warm: HostMap, acme: Tenant, now: datetime) -> None:
    assert warm.find("acme.localhost").primary_host == "acme.localhost"  # type: ignore[union-attr]
    Domain.objects.filter(tenant=acme).update(is_primary=False)
    Domain.objects.create(tenant=acme, domain="www.acme.example.com", is_primary=True, verified_at=now)
    assert see(warm).primary_host == "www.acme.example.com"  # type: ignore[union-attr]


def test_what_was_applied_is_not_applied_again_while_an_old_transaction_holds_the_horizon(
    warm: HostMap, acme: Tenant, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The test's own transaction is that old one: its changes stay past the horizon."""
    update_store_facts(tenant_id=acme.pk, facts={"name": "Once"}, actor="test", now=now)
    see(warm)
    with django_assert_num_queries(1):
        assert see(warm).name == "Once"  # type: ignore[union-attr]


def test_more_changes_than_a_look_reads_are_all_heard(
    warm: HostMap, acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.hosts._MOST_CHANGES", 3)
    for number in range(5):
        Domain.objects.create(tenant=acme, domain=f"h{number}.example.com", is_primary=False, verified_at=now)
    HostChange.objects.filter(tenant_id=acme.pk).update(tenant_id=None)  # so that only its last line names the store
    suspend_tenant(tenant_id=acme.pk, reason="", actor="test", now=now)
    assert not see(warm).is_open_for_work  # type: ignore[union-attr]


def test_a_reader_that_slept_through_a_pruned_change_forgets_everything(
    warm: HostMap, acme: Tenant, now: datetime
) -> None:
    update_store_facts(tenant_id=acme.pk, facts={"name": "Unseen"}, actor="test", now=now)
    HostChange.objects.update(changed_at=now - timedelta(hours=2))
    assert prune_host_changes(now=now) == 1
    assert see(warm).name == "Unseen"  # type: ignore[union-attr]
    assert HostChange.objects.count() == 1


def test_a_horizon_that_goes_back_means_another_database(warm: HostMap, acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(name="Restored")
    HostChange.objects.all().delete()
    assert see(warm).name == "Acme"  # type: ignore[union-attr]
    warm._horizon = 2**61
    assert see(warm).name == "Restored"  # type: ignore[union-attr]


def test_the_map_stays_within_its_bounds(acme: Tenant, settings: Any, now: datetime) -> None:
    settings.HOST_LOOK_SECONDS = LATER
    settings.HOST_MAP_ENTRIES = 10
    Domain.objects.bulk_create(
        Domain(tenant=acme, domain=f"h{number}.example.com", is_primary=False, verified_at=now) for number in range(25)
    )
    hosts = HostMap()
    for _ in range(2):
        for number in range(25):
            assert hosts.find(f"h{number}.example.com") == acme
            assert len(hosts) <= 10


def test_made_up_hosts_push_no_store_out(
    warm: HostMap, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.hosts._MOST_UNKNOWN", 20)
    for number in range(50):
        assert warm.find(f"made-up-{number}.example.com") is None
    assert len(warm) <= 21
    with django_assert_num_queries(0):
        assert warm.find("acme.localhost") is not None


def test_a_change_between_question_and_answer_is_not_remembered_as_it_was(
    acme: Tenant, settings: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thread has read the row, another one's look then tells of a change, and only then the first remembers."""
    settings.HOST_LOOK_SECONDS = LATER
    hosts = HostMap()
    hosts.find("nobody.example.com")

    def read_slowly(host: str) -> Tenant:
        old = Tenant.objects.get(slug="acme")
        monkeypatch.undo()
        suspend_tenant(tenant_id=acme.pk, reason="", actor="test", now=now)
        hosts.expire()
        hosts._look()
        return old

    monkeypatch.setattr("tenants.hosts.find_tenant_by_host", read_slowly)
    assert hosts.find("acme.localhost").is_open_for_work  # type: ignore[union-attr]
    settings.HOST_LOOK_SECONDS = LATER
    assert not hosts.find("acme.localhost").is_open_for_work  # type: ignore[union-attr]


def test_where_the_database_does_not_answer_nobody_is_served_by_memory(
    acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(headers={"host": "acme.localhost"})
    assert client.get("/search/").status_code == 200

    def fails(**_words: Any) -> Any:
        raise OperationalError("the connection is gone")

    with monkeypatch.context() as patch:
        patch.setattr("tenants.hosts._read_changes", fails)
        answer = client.get("/search/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert client.get("/search/").status_code == 200


def test_the_triggers_write_to_public_from_wherever_the_change_comes(in_acme: Tenant) -> None:
    Tenant.objects.filter(pk=in_acme.pk).update(name="From inside")
    with in_public():
        newest = HostChange.objects.latest("id")
    assert (newest.tenant_id, newest.host) == (in_acme.pk, None)
    assert find_tenant("acme.localhost").name == "From inside"  # type: ignore[union-attr]
