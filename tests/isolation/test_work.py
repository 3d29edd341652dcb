"""Tasks without their store, for a dead one, failing at the switch, twice at once, inside a request: they fail, never in public."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery import Celery, current_app
from celery.contrib.testing.worker import start_worker
from django.db import OperationalError, connection, transaction

from core.outbox.models import OutboxMessage
from core.outbox.services import enqueue
from core.tasks import SCHEMA_HEADER, MissingSchemaHeader, PlatformTask, TenantTask
from core.tenancy import TenantNotReady, current_schema, current_tenant, in_public, in_tenant
from recsys.serving.models import ActiveModel, TrainedModel
from shopstead.tasks import dispatch
from storefront.catalog.models import Collection
from tenants.enums import TenantState
from tenants.models import Tenant
from tests.isolation.conftest import Room, planting
from tests.isolation.planting import fingerprint

PATIENCE_SECONDS = 60

app = Celery("isolation", broker="memory://", backend="cache+memory://", set_as_current=False)
# Not shared: other apps would know these tasks too, and a test that runs all of a store's tasks would meet `meet` alone.
app.conf.update(task_always_eager=False, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)


@pytest.fixture
def planted_room(stores: dict[str, Tenant], db: None) -> Iterator[Room]:
    """Planted for each test: `committed_store`, of another one, stands in no transaction."""
    with planting() as room:
        yield room


@app.task(shared=False, base=TenantTask, name="isolation.write")
def write() -> str:
    """Write where it stands, and say where that is; without a table of stores in public, that is an error there."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS was_here (word text)")
    return current_schema()


@app.task(shared=False, base=PlatformTask, name="isolation.where")
def where() -> str:
    return current_schema()


@app.task(shared=False, base=TenantTask, name="isolation.meet")
def meet() -> list[str]:
    """Say where it stands before and after it has met the other one."""
    seen = [current_schema()]
    GATE.wait(PATIENCE_SECONDS)
    with connection.cursor() as cursor:
        seen.append(str(cursor.execute("SELECT current_schema()").fetchone()[0]))
    GATE.wait(PATIENCE_SECONDS)
    return [*seen, current_schema()]


@app.task(shared=False, base=TenantTask, name="isolation.again", bind=True, max_retries=1)
def again(self: Any) -> str:
    """Fail once and be asked again."""
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    return current_schema()


GATE = threading.Barrier(2)


def public_tables() -> int:
    with in_public(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'was_here' AND schemaname = 'public'")
        return int(cursor.fetchone()[0])


# ---- the bad cases, one by one


@pytest.mark.guard("task-enters-its-store", "switch-inside-the-call", found="FAILURE|SUCCESS")
@pytest.mark.django_db
def test_without_a_header_for_an_unknown_store_or_a_public_one_a_task_fails(acme: Tenant) -> None:
    for headers in (
        {},
        {SCHEMA_HEADER: ""},
        {SCHEMA_HEADER: "public"},
        {SCHEMA_HEADER: "t_" + "f" * 20},
        {"other": "x"},
    ):
        result = write.apply(headers=headers)
        assert (result.state, current_schema()) == ("FAILURE", "public"), headers
        assert isinstance(result.result, MissingSchemaHeader | TenantNotReady)
    assert public_tables() == 0


@pytest.mark.guard("only-working-stores", "switch-inside-the-call", found="FAILURE|SUCCESS")
@pytest.mark.django_db
def test_for_a_store_that_is_suspended_or_gone_a_task_fails(acme: Tenant) -> None:
    for state in (TenantState.SUSPENDED, TenantState.DELETING, TenantState.DELETED, TenantState.PROVISIONING):
        Tenant.objects.filter(pk=acme.pk).update(state=state)
        result = write.apply(headers={SCHEMA_HEADER: acme.schema_name})
        assert (result.state, type(result.result)) == ("FAILURE", TenantNotReady), state
    assert public_tables() == 0


@pytest.mark.guard("switch-inside-the-call", found="FAILURE|SUCCESS")
@pytest.mark.django_db
def test_when_the_database_fails_at_the_switch_a_task_fails(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_asked: Any, **_more: Any) -> Any:
        raise OperationalError("canceling statement due to user request")

    monkeypatch.setattr("tenants.models.TenantQuerySet.filter", lost)
    result = write.apply(headers={SCHEMA_HEADER: acme.schema_name})
    assert (result.state, type(result.result)) == ("FAILURE", OperationalError)
    assert public_tables() == 0


@pytest.mark.guard("platform-task-on-public")
@pytest.mark.django_db
def test_a_task_called_within_a_request_gives_the_caller_its_own_store_back(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        assert write.apply(headers={SCHEMA_HEADER: globex.schema_name}).result == globex.schema_name
        assert write.apply().state == "FAILURE"
        assert where.apply().result == "public"
        assert current_tenant() is acme


# ---- with a real worker and its threads


@pytest.fixture
def worker(committed_store: Tenant) -> Iterator[None]:
    """Run a worker, which makes its app everybody's, and give the platform's its place back."""
    ours = current_app._get_current_object()
    try:
        with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, loglevel="ERROR"):
            yield
    finally:
        ours.set_current()
        ours.set_default()


@pytest.mark.guard("door-of-a-thread")
def test_two_threads_come_back_each_to_where_it_came_from(stores: dict[str, Tenant]) -> None:
    gate = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def walk(first: Tenant, second: Tenant) -> str:
        try:
            with in_tenant(first):
                with in_tenant(second):
                    gate.wait()
                gate.wait()
                return current_schema()
        finally:
            connection.close()

    acme, globex = stores["acme"], stores["globex"]
    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(walk, *pair) for pair in ((acme, globex), (globex, acme))]
        assert [end.result() for end in ends] == [acme.schema_name, globex.schema_name]


def test_two_stores_tasks_at_once_in_one_worker_stand_in_their_own(
    committed_store: Tenant, stores: dict[str, Tenant], worker: None
) -> None:
    """Each is asked twice: the second time a thread comes back from where the first one left it."""
    GATE.reset()
    names = [committed_store.schema_name, stores["acme"].schema_name]
    for _ in range(2):
        asked = [meet.apply_async(headers={SCHEMA_HEADER: name}) for name in names]
        told = [one.get(PATIENCE_SECONDS) for one in asked]
        assert told == [[name] * 3 for name in names], f"asked {names}"
    assert write.apply_async().get(PATIENCE_SECONDS, propagate=False).__class__.__name__ == "MissingSchemaHeader"


def test_a_task_that_is_tried_again_keeps_its_store(committed_store: Tenant, worker: None) -> None:
    asked = again.apply_async(headers={SCHEMA_HEADER: committed_store.schema_name})
    assert asked.get(PATIENCE_SECONDS) == committed_store.schema_name


# ---- the store of a message


@pytest.mark.guard("store-captured-at-call")
@pytest.mark.django_db
def test_a_message_carries_the_store_that_its_writer_stood_in_however_the_blocks_nest(
    acme: Tenant, globex: Tenant
) -> None:
    with in_tenant(acme), transaction.atomic():
        enqueue(task="isolation.write")
    with transaction.atomic(), in_tenant(globex):
        enqueue(task="isolation.write")
    with in_tenant(acme), transaction.atomic(), in_tenant(globex), transaction.atomic(), in_public():
        enqueue(task="isolation.write")
    found = OutboxMessage.objects.filter(task="isolation.write").order_by("pk").values_list("schema_name", flat=True)
    assert list(found) == [acme.schema_name, globex.schema_name, "public"]


@pytest.mark.guard("only-working-stores-are-asked")
@pytest.mark.django_db
def test_the_dispatcher_asks_working_stores_only(acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    Tenant.objects.filter(pk=globex.pk).update(state=TenantState.SUSPENDED)
    asked: list[str] = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda _task, *, headers, **_more: asked.append(headers[SCHEMA_HEADER])
    )
    for period in ("minute", "hour", "night"):
        dispatch(period=period)
    assert set(asked) == {acme.schema_name}


@pytest.mark.guard("task-enters-its-store", found="FAILURE")
def test_a_training_for_globex_reads_and_writes_globex_only(room: Room) -> None:
    current_app.loader.import_default_modules()
    before = fingerprint(room.acme.tenant)
    with in_tenant(room.globex.tenant):
        ActiveModel.objects.all().delete()
        TrainedModel.objects.all().delete()
    task = current_app.tasks["recsys.serving.train"]
    result = task.apply(headers={SCHEMA_HEADER: room.globex.tenant.schema_name})
    assert result.state == "SUCCESS", f"{result.state}: {result.result}"
    assert fingerprint(room.acme.tenant) == before
    with in_tenant(room.globex.tenant):
        assert TrainedModel.objects.exists()
        assert not Collection.objects.filter(title__contains=room.acme.word).exists()
