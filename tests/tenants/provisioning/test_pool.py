"""The pool: ready schemas, each given once, remade when the migrations change; and the register of those in the making."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django_tenants.utils import schema_exists
from pytest_django import Settings

from accounts.models import User
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.content.models import Page
from tenants.enums import ProvisioningStep, TenantState
from tenants.errors import AddressTaken
from tenants.models import Tenant
from tenants.provisioning import pool
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.pool import claim_schema, fill_pool, make_pooled_schema, release_claim, renew_claim
from tenants.provisioning.services import provision_tenant, reserve_tenant
from tests.tenants.provisioning.catalog import read_catalog


def reserve(owner: User, slug: str, now: datetime) -> Tenant:
    return reserve_tenant(owner=owner, slug=slug, name="A store", now=now, actor="test")


def test_a_store_takes_its_schema_from_the_pool_under_its_final_name(owner: User, acme: Tenant, now: datetime) -> None:
    pooled = make_pooled_schema(now=now)
    tenant = reserve(owner, "from-the-pool", now)
    assert (tenant.schema_name, tenant.step) == (pooled.schema_name, ProvisioningStep.SCHEMA)
    pooled.refresh_from_db()
    assert pooled.state == SchemaState.TAKEN
    tenant = provision_tenant(tenant_id=tenant.pk, now=now)
    assert tenant.state == TenantState.READY
    assert read_catalog(tenant.schema_name) == read_catalog(acme.schema_name)
    with in_tenant(tenant):
        assert Page.objects.count() > 0


def test_an_empty_pool_means_a_store_made_on_the_spot(owner: User, now: datetime) -> None:
    tenant = reserve(owner, "on-the-spot", now)
    assert tenant.step == ProvisioningStep.ROW
    assert provision_tenant(tenant_id=tenant.pk, now=now).state == TenantState.READY


def test_a_refused_sign_up_gives_its_schema_back(owner: User, acme: Tenant, now: datetime) -> None:
    pooled = make_pooled_schema(now=now)
    with pytest.raises(AddressTaken):
        reserve(owner, "acme", now)
    pooled.refresh_from_db()
    assert pooled.state == SchemaState.READY


def test_a_schema_that_is_gone_is_not_given(owner: User, now: datetime) -> None:
    pooled = make_pooled_schema(now=now)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {pooled.schema_name} CASCADE")
    assert reserve(owner, "not-a-ghost", now).schema_name != pooled.schema_name


def test_filling_makes_what_is_missing_and_no_more(acme: Tenant, now: datetime) -> None:
    assert fill_pool(now=now, size=2) == 2
    assert fill_pool(now=now, size=2) == 0
    names = list(PooledSchema.objects.filter(state=SchemaState.READY).values_list("schema_name", flat=True))
    assert len(names) == 2 and all(schema_exists(name) for name in names)


def test_taking_asks_for_filling_where_a_pool_is_kept(owner: User, now: datetime, settings: Settings) -> None:
    reserve(owner, "no-pool-here", now)
    assert not OutboxMessage.objects.filter(task="tenants.provisioning.fill_pool").exists()
    settings.SCHEMA_POOL_SIZE = 3
    reserve(owner, "a-pool-here", now)
    assert OutboxMessage.objects.get(task="tenants.provisioning.fill_pool").queue == "jobs"


def test_a_schema_made_from_other_migrations_is_neither_given_nor_kept(
    owner: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pooled = make_pooled_schema(now=now)
    monkeypatch.setattr(pool, "schema_fingerprint", lambda: "0" * 64)
    assert reserve(owner, "newer-than-the-pool", now).schema_name != pooled.schema_name
    assert fill_pool(now=now, size=1) == 1
    pooled.refresh_from_db()
    assert pooled.state == SchemaState.OUTDATED


def test_a_maker_that_fails_leaves_a_claim_and_no_schema(
    acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(schema_name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {schema_name}")
        raise OSError("the machine went away")

    monkeypatch.setattr(pool, "create_schema", half)
    with pytest.raises(OSError, match="went away"), transaction.atomic():
        make_pooled_schema(now=now)
    assert not PooledSchema.objects.filter(state=SchemaState.READY).exists()


def test_a_claim_is_renewed_until_it_is_released_or_swept(acme: Tenant, now: datetime) -> None:
    claim = claim_schema(purpose="restore", now=now)
    assert renew_claim(schema_name=claim.schema_name, now=now + timedelta(minutes=9))
    claim.refresh_from_db()
    assert claim.leased_until == now + timedelta(minutes=19)
    release_claim(schema_name=claim.schema_name)
    assert not renew_claim(schema_name=claim.schema_name, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "asleep"},
        {"schema_name": "public"},
        {"state": "ready", "fingerprint": ""},
        {"state": "making", "leased_until": None},
    ],
)
def test_the_database_refuses_what_cannot_be(acme: Tenant, now: datetime, wrong: dict[str, str]) -> None:
    right = {"schema_name": "t_" + "0" * 20, "state": "ready", "fingerprint": "x", "created_at": now, "changed_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        PooledSchema.objects.create(**right | wrong)
