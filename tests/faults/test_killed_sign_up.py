"""A sign-up that is killed leaves a store that is finished later or nothing at all; never one that is half-open.

`infra/drills/run signup` does the same twenty times against a running platform.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django_tenants.utils import quote_schema_name

from accounts.models import User
from core.outbox.models import OutboxMessage
from core.tenancy import in_public, in_tenant
from storefront.content.models import Page
from tenants.enums import TenantState
from tenants.models import Tenant, TenantEvent
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.pool import fill_pool, make_pooled_schema
from tenants.provisioning.services import provision_tenant, resume_provisioning
from tenants.provisioning.sweeping import list_orphans, sweep_schemas
from tenants.signup import open_store_now, sign_up
from tests.faults.killing import kill_after
from tests.tenants.provisioning.catalog import read_catalog

KILLS = 8
LONGEST_SECONDS = 0.25


@pytest.fixture
def tidy(committed_store: Tenant) -> Iterator[Tenant]:
    """Take away every store, schema and person that the test makes."""
    tenants, users = [set(model.objects.values_list("pk", flat=True)) for model in (Tenant, User)]
    yield committed_store
    connection.set_schema_to_public()
    made = Tenant.objects.exclude(pk__in=tenants)
    names = {*made.values_list("schema_name", flat=True), *PooledSchema.objects.values_list("schema_name", flat=True)}
    for name in names | list_orphans():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {quote_schema_name(name)} CASCADE")
    OutboxMessage.objects.filter(kwargs__tenant_id__in=list(made.values_list("pk", flat=True))).delete()
    made.delete()
    User.objects.exclude(pk__in=users).delete()
    PooledSchema.objects.all().delete()


@pytest.mark.parametrize("pool_size", [0, KILLS], ids=["made on the spot", "from the pool"])
def test_a_killed_sign_up_is_finished_or_was_never_there(tidy: Tenant, now: datetime, pool_size: int) -> None:
    luck = random.Random(pool_size)
    pooled = {make_pooled_schema(now=now).schema_name for _ in range(pool_size)}
    slugs = [f"killed-{pool_size}-{number}-{tidy.slug}"[:40] for number in range(KILLS)]
    for slug in slugs:
        kill_after(luck.uniform(0, LONGEST_SECONDS), lambda slug=slug: open_store(slug, now))
        state = Tenant.objects.filter(slug=slug).values_list("state", flat=True).first()
        answer = Client(headers={"host": f"{slug}.localhost"}).get("/").status_code
        assert answer == {None: 404, TenantState.PROVISIONING: 503, TenantState.READY: 200}[state]

    later = now + timedelta(minutes=3)
    resume_provisioning(now=later)
    for tenant in Tenant.objects.filter(slug__in=slugs, state=TenantState.PROVISIONING):
        assert OutboxMessage.objects.filter(kwargs={"tenant_id": tenant.pk}).count() >= 1
        provision_tenant(tenant_id=tenant.pk, now=later)

    finished = list(Tenant.objects.filter(slug__in=slugs))
    assert {tenant.state for tenant in finished} <= {TenantState.READY}
    assert len({tenant.schema_name for tenant in finished}) == len(finished)
    for tenant in finished:
        assert read_catalog(tenant.schema_name) == read_catalog(tidy.schema_name)
        assert TenantEvent.objects.filter(tenant=tenant, type="provisioned").count() == 1
        with in_tenant(tenant):
            assert Page.objects.count() == Page.objects.values("handle").distinct().count() > 0
    assert User.objects.filter(email__startswith=f"killed-{pool_size}-").count() == len(finished)
    given = PooledSchema.objects.filter(state=SchemaState.TAKEN).values_list("schema_name", flat=True)
    assert set(given) <= {tenant.schema_name for tenant in finished}
    assert list_orphans() == set()
    assert set(PooledSchema.objects.filter(state=SchemaState.READY).values_list("schema_name", flat=True)) == (
        pooled - set(given)
    )


def test_a_killed_filler_leaves_nothing_that_is_given_away(tidy: Tenant, now: datetime) -> None:
    luck = random.Random(3)
    for _ in range(5):
        kill_after(luck.uniform(0, LONGEST_SECONDS), lambda: fill_pool(now=now, size=50))
    ready = set(PooledSchema.objects.filter(state=SchemaState.READY).values_list("schema_name", flat=True))
    for name in ready:
        assert read_catalog(name) == read_catalog(tidy.schema_name)
    with in_public():
        sweep_schemas(now=now + timedelta(hours=1))
    assert set(PooledSchema.objects.values_list("schema_name", flat=True)) == ready
    assert list_orphans() == set()


def open_store(slug: str, now: datetime) -> None:
    words = {"password": "a long enough passphrase", "country": "US", "language": "en", "plan_code": ""}
    _user, tenant = sign_up(email=f"{slug}@example.com", name=slug, slug=slug, now=now, **words)
    open_store_now(tenant=tenant, now=now)
