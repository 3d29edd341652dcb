"""Sign-ups at once take different schemas; a filler and a taker do not meet; what rolls back gives back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django_tenants.utils import quote_schema_name

from accounts.models import User
from core.outbox.models import OutboxMessage
from core.outbox.services import OutsideTransaction
from tenants.enums import TenantState
from tenants.models import Tenant
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.locks import alone_filling
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.pool import fill_pool, make_pooled_schema, take_schema
from tenants.provisioning.services import provision_tenant, reserve_tenant
from tenants.provisioning.sweeping import sweep_schemas
from tests.concurrency.together import run_together

TAKERS = 6


@pytest.fixture
def pooled(committed_store: Tenant, now: datetime) -> Iterator[list[str]]:
    """Four ready schemas, and nothing of them, of stores made meanwhile or of the register afterwards."""
    before = set(Tenant.objects.values_list("pk", flat=True))
    yield [make_pooled_schema(now=now).schema_name for _ in range(4)]
    made = Tenant.objects.exclude(pk__in=before)
    names = {*made.values_list("schema_name", flat=True), *PooledSchema.objects.values_list("schema_name", flat=True)}
    for name in names:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {quote_schema_name(name)} CASCADE")
    OutboxMessage.objects.filter(kwargs__tenant_id__in=list(made.values_list("pk", flat=True))).delete()
    made.delete()
    PooledSchema.objects.all().delete()


@pytest.mark.guard("one-taker-a-schema")
def test_sign_ups_at_once_take_different_schemas(committed_store: Tenant, pooled: list[str], now: datetime) -> None:
    owner = User.objects.get(email=f"{committed_store.slug}@example.com")
    slugs = iter([f"taker-{number}-{committed_store.slug}"[:40] for number in range(TAKERS)])

    def open_store() -> Any:
        tenant = reserve_tenant(owner=owner, slug=next(slugs), name="A store", now=now, actor="test")
        return provision_tenant(tenant_id=tenant.pk, now=now)

    answers = run_together(open_store, count=TAKERS)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    names = [answer.schema_name for answer in answers]
    assert len(set(names)) == TAKERS
    assert set(pooled) < set(names)
    assert {answer.state for answer in answers} == {TenantState.READY}


def test_what_rolls_back_gives_its_schema_back(committed_store: Tenant, pooled: list[str], now: datetime) -> None:
    def take_and_fail() -> None:
        with transaction.atomic():
            assert take_schema(now=now) in pooled
            raise ZeroDivisionError

    answers = run_together(take_and_fail, count=3)
    assert {type(answer) for answer in answers} == {ZeroDivisionError}
    assert PooledSchema.objects.filter(state=SchemaState.READY).count() == len(pooled)


def test_who_finds_another_filling_makes_nothing(pooled: list[str], now: datetime) -> None:
    with alone_filling() as is_alone:
        assert is_alone
        assert run_together(lambda: fill_pool(now=now, size=5), count=1) == [0]
    assert run_together(lambda: fill_pool(now=now, size=5), count=1) == [1]


def test_taking_belongs_into_the_transaction_that_writes_the_store(pooled: list[str], now: datetime) -> None:
    with pytest.raises(OutsideTransaction):
        take_schema(now=now)
    assert PooledSchema.objects.filter(state=SchemaState.READY).count() == len(pooled)


def test_a_sweeper_does_not_touch_what_is_being_made_or_taken(pooled: list[str], now: datetime) -> None:
    PooledSchema.objects.filter(schema_name=pooled[0]).update(state=SchemaState.OUTDATED)

    def take() -> str | None:
        with transaction.atomic():
            return take_schema(now=now)

    works = iter([lambda: sweep_schemas(now=now), take, lambda: fill_pool(now=now, size=4)])

    def work() -> Any:
        return next(works)()

    answers = run_together(work, count=3)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    standing = set(pooled) - {pooled[0]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", [pooled])
        assert {name for (name,) in cursor.fetchall()} == standing
