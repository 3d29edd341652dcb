"""Tasks fail closed: no header, no such store, a store that is not ready."""

from typing import Any

import pytest
from celery import Celery

from core.tasks import SCHEMA_HEADER, MissingSchemaHeader, PlatformTask, TenantTask
from core.tenancy import TenantNotReady, current_schema, in_tenant
from tenants.enums import TenantState
from tenants.models import Tenant

app = Celery("test", broker="memory://", set_as_current=False)
app.conf.task_always_eager = True


@app.task(base=TenantTask, name="test.where")
def where() -> str:
    return current_schema()


@app.task(base=PlatformTask, name="test.where_platform")
def where_platform() -> str:
    return current_schema()


def run(task: Any, headers: dict[str, str] | None = None) -> Any:
    return task.apply(headers=headers or {})


pytestmark = pytest.mark.django_db


@pytest.mark.guard("task-enters-its-store")
def test_a_store_task_runs_in_the_store_of_its_header(acme: Tenant) -> None:
    assert run(where, {SCHEMA_HEADER: acme.schema_name}).result == acme.schema_name
    assert current_schema() == "public"


@pytest.mark.guard("task-enters-its-store")
def test_a_store_task_without_a_header_fails(acme: Tenant) -> None:
    result = run(where)
    assert result.state == "FAILURE"
    assert isinstance(result.result, MissingSchemaHeader)


@pytest.mark.parametrize("schema_name", ["public", "t_ffffffffffffffffffff", "../beta", ""])
def test_a_store_task_for_no_store_fails(schema_name: str) -> None:
    result = run(where, {SCHEMA_HEADER: schema_name})
    assert result.state == "FAILURE"
    assert isinstance(result.result, TenantNotReady | MissingSchemaHeader)


@pytest.mark.guard("only-working-stores")
def test_a_task_for_a_suspended_store_fails(acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(state=TenantState.SUSPENDED)
    assert isinstance(run(where, {SCHEMA_HEADER: acme.schema_name}).result, TenantNotReady)


@pytest.mark.guard("platform-task-on-public")
def test_a_platform_task_runs_on_public_and_comes_back(acme: Tenant) -> None:
    with in_tenant(acme):
        assert run(where_platform).get() == "public"
        assert current_schema() == acme.schema_name
