"""The sweeper drops what nobody owns, and nothing else."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django_tenants.utils import schema_exists

from accounts.models import User
from core.outbox.models import OutboxMessage
from tenants.enums import TenantState
from tenants.models import Domain, Tenant
from tenants.provisioning import services
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema, ProvisioningTrouble
from tenants.provisioning.pool import claim_schema, make_pooled_schema, renew_claim
from tenants.provisioning.schema import SchemaExists
from tenants.provisioning.services import (
    provision_tenant,
    remove_unfinished,
    reserve_tenant,
    resume_provisioning,
    retry_provisioning,
)
from tenants.provisioning.sweeping import sweep_schemas

HOUR = timedelta(hours=1)
STRAY = "t_5555555555555555aaaa"


def reserve(owner: User, slug: str, now: datetime) -> Tenant:
    return reserve_tenant(owner=owner, slug=slug, name="A store", now=now, actor="test")


def create(schema_name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema_name}")
        cursor.execute(f"CREATE TABLE {schema_name}.note (words text)")


def test_an_orphan_is_dropped_after_an_hour_and_not_before(acme: Tenant, now: datetime) -> None:
    create(STRAY)
    assert sweep_schemas(now=now) == []
    assert sweep_schemas(now=now + HOUR - timedelta(seconds=1)) == []
    assert schema_exists(STRAY)
    assert sweep_schemas(now=now + HOUR * 2) == [STRAY]
    assert not schema_exists(STRAY)
    assert not PooledSchema.objects.filter(schema_name=STRAY).exists()


def test_an_orphan_that_a_store_turns_out_to_own_is_left_alone(acme: Tenant, owner: User, now: datetime) -> None:
    create(STRAY)
    sweep_schemas(now=now)
    Tenant.objects.filter(pk=reserve(owner, "the-owner", now).pk).update(schema_name=STRAY)
    assert sweep_schemas(now=now + HOUR * 2) == []
    assert schema_exists(STRAY)


@pytest.mark.parametrize(
    "name", ["information", "t_short", "t_5555555555555555aaaaa", "t_5555555555555555AAAA", "x_555"]
)
def test_a_schema_that_was_not_generated_here_is_nobodys_business(acme: Tenant, now: datetime, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{name}"')
    assert sweep_schemas(now=now) == sweep_schemas(now=now + HOUR * 2) == []
    assert schema_exists(name)


@pytest.mark.guard("stores-schema-stays")
@pytest.mark.parametrize("state", TenantState.values)
def test_no_state_of_its_store_makes_a_schema_an_orphan(acme: Tenant, now: datetime, state: str) -> None:
    Tenant.objects.filter(pk=acme.pk).update(state=state)
    assert sweep_schemas(now=now) == sweep_schemas(now=now + HOUR * 2) == []
    assert schema_exists(acme.schema_name)


def test_the_pool_and_what_was_just_taken_stay(acme: Tenant, owner: User, now: datetime) -> None:
    pooled, taken = make_pooled_schema(now=now), make_pooled_schema(now=now)
    PooledSchema.objects.filter(pk=taken.pk).update(state=SchemaState.TAKEN)
    assert sweep_schemas(now=now) == sweep_schemas(now=now + HOUR) == []
    assert schema_exists(pooled.schema_name) and schema_exists(taken.schema_name)


def test_a_claim_protects_its_schema_until_its_lease_runs_out(acme: Tenant, now: datetime) -> None:
    claim = claim_schema(purpose="restore", now=now)
    create(claim.schema_name)
    assert sweep_schemas(now=now + timedelta(minutes=9)) == []
    assert renew_claim(schema_name=claim.schema_name, now=now + timedelta(minutes=9))
    assert sweep_schemas(now=now + timedelta(minutes=18)) == []
    assert sweep_schemas(now=now + timedelta(minutes=20)) == [claim.schema_name]
    assert not schema_exists(claim.schema_name)


def test_an_outdated_schema_is_dropped_at_once(acme: Tenant, now: datetime) -> None:
    pooled = make_pooled_schema(now=now)
    PooledSchema.objects.filter(pk=pooled.pk).update(state=SchemaState.OUTDATED)
    assert sweep_schemas(now=now) == [pooled.schema_name]


def test_a_claim_of_a_schema_that_a_store_has_costs_the_store_nothing(acme: Tenant, now: datetime) -> None:
    claim = claim_schema(purpose="restore", now=now)
    PooledSchema.objects.filter(pk=claim.pk).update(schema_name=acme.schema_name)
    sweep_schemas(now=now + HOUR)
    assert schema_exists(acme.schema_name)
    assert not PooledSchema.objects.filter(pk=claim.pk).exists()


def test_an_unfinished_store_is_asked_for_again_after_two_minutes(owner: User, now: datetime) -> None:
    tenant = reserve(owner, "half-made", now)
    OutboxMessage.objects.all().delete()
    assert resume_provisioning(now=now + timedelta(minutes=1)) == 0
    assert resume_provisioning(now=now + timedelta(minutes=3)) == 1
    assert OutboxMessage.objects.get().kwargs == {"tenant_id": tenant.pk}


def test_a_store_that_somebody_restores_is_not_furnished_meanwhile(owner: User, now: datetime) -> None:
    later = now + timedelta(minutes=5)
    claim = claim_schema(purpose="restore", now=now)
    tenant = reserve(owner, "coming-back", now)
    Tenant.objects.filter(pk=tenant.pk).update(schema_name=claim.schema_name)
    assert resume_provisioning(now=later) == 0
    assert resume_provisioning(now=later + HOUR) == 1


def test_what_fails_is_written_down_counted_and_given_up(
    owner: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = reserve(owner, "will-not-be", now)
    create(tenant.schema_name)
    for _ in range(services.MAXIMUM_ATTEMPTS):
        assert resume_provisioning(now=now + HOUR) == 1
        with pytest.raises(SchemaExists):
            provision_tenant(tenant_id=tenant.pk, now=now)
    assert ProvisioningTrouble.objects.get(tenant=tenant).attempts_count == services.MAXIMUM_ATTEMPTS
    assert resume_provisioning(now=now + HOUR) == 0


def test_a_person_can_ask_again(owner: User, now: datetime) -> None:
    tenant = reserve(owner, "once-more", now)
    ProvisioningTrouble.objects.create(tenant=tenant, attempts_count=5, error="x", failed_at=now)
    retry_provisioning(tenant_id=tenant.pk, actor="june", now=now)
    assert not ProvisioningTrouble.objects.filter(tenant=tenant).exists()
    assert resume_provisioning(now=now + HOUR) == 1
    provision_tenant(tenant_id=tenant.pk, now=now)
    assert resume_provisioning(now=now + HOUR) == 0


def test_a_store_that_a_day_could_not_finish_is_removed_and_its_address_is_free(owner: User, now: datetime) -> None:
    pooled = make_pooled_schema(now=now)
    tenant = reserve(owner, "never-to-be", now)
    assert tenant.schema_name == pooled.schema_name
    ProvisioningTrouble.objects.create(tenant=tenant, attempts_count=5, error="x", failed_at=now)
    assert remove_unfinished(now=now + timedelta(hours=23)) == []
    assert remove_unfinished(now=now + timedelta(hours=25)) == ["never-to-be"]
    assert not schema_exists(tenant.schema_name)
    assert not Domain.objects.filter(domain="never-to-be.localhost").exists()
    assert reserve(owner, "never-to-be", now).pk != tenant.pk


def test_removing_spares_a_schema_that_the_store_never_made(acme: Tenant, owner: User, now: datetime) -> None:
    tenant = reserve(owner, "not-mine", now)
    create(tenant.schema_name)
    ProvisioningTrouble.objects.create(tenant=tenant, attempts_count=5, error="x", failed_at=now)
    assert remove_unfinished(now=now + timedelta(hours=25)) == ["not-mine"]
    assert schema_exists(tenant.schema_name)


@pytest.mark.parametrize("state", [state for state in TenantState.values if state != TenantState.PROVISIONING])
def test_nothing_but_an_unfinished_store_is_ever_removed(acme: Tenant, now: datetime, state: str) -> None:
    ProvisioningTrouble.objects.create(tenant=acme, attempts_count=9, error="x", failed_at=now)
    Tenant.objects.filter(pk=acme.pk).update(state=state)
    assert remove_unfinished(now=now + timedelta(days=9)) == []
    assert Tenant.objects.filter(pk=acme.pk).exists()
