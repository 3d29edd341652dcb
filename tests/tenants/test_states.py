"""Every state of a store at every door: only a working store is served, scheduled, dispatched and run in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from celery import current_app, shared_task
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.jobs.models import Job
from core.jobs.services import create_job, sweep_jobs
from core.outbox.models import OutboxMessage
from core.outbox.services import HOLD_FOR, enqueue, publish_waiting
from core.tasks import SCHEMA_HEADER, TenantTask
from core.tenancy import TenantNotReady, current_schema, in_schema, in_tenant
from shopstead.tasks import dispatch
from tenants.enums import TRANSITIONS, UNFINISHED_STATES, WORKING_STATES, TenantState
from tenants.errors import TransitionRefused
from tenants.models import Tenant
from tenants.provisioning.models import ProvisioningTrouble
from tenants.services import change_state
from tests.storefront.goods import make_variant

STATES = list(TenantState)
HOME = {
    TenantState.PROVISIONING: 503,
    TenantState.READY: 200,
    TenantState.CHECKOUT_OFF: 200,
    TenantState.SUSPENDED: 503,
    TenantState.DELETING: 503,
    TenantState.DELETED: 404,
}
REASON = "they owe us money"


def put(tenant: Tenant, state: TenantState) -> Tenant:
    Tenant.objects.filter(pk=tenant.pk).update(state=state, suspended_reason=REASON)
    return Tenant.objects.get(pk=tenant.pk)


def test_the_table_of_transitions_speaks_of_every_state() -> None:
    assert set(TRANSITIONS) == set(TenantState)
    assert all(state not in following for state, following in TRANSITIONS.items())
    assert TRANSITIONS[TenantState.DELETED] == ()


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_only_the_table_moves_a_store(acme: Tenant, now: datetime, old: TenantState, new: TenantState) -> None:
    tenant = put(acme, old)
    if new in TRANSITIONS[old]:
        assert change_state(tenant_id=tenant.pk, state=new, reason="x", actor="test", now=now).state == new
        assert tenant.events.filter(type=f"state.{new}").count() == 1
    else:
        with pytest.raises(TransitionRefused):
            change_state(tenant_id=tenant.pk, state=new, reason="x", actor="test", now=now)
        assert Tenant.objects.get(pk=acme.pk).state == old


@pytest.mark.parametrize("state", [state for state in STATES if state not in UNFINISHED_STATES])
def test_the_database_refuses_a_half_made_store_in_any_state_but_provisioning_and_deleted(
    acme: Tenant, state: TenantState
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.filter(pk=acme.pk).update(state=state, step="schema")


@pytest.mark.parametrize("wrong", [{"state": "asleep"}, {"step": "almost"}, {"state": ""}])
def test_the_database_refuses_states_and_steps_that_nobody_knows(acme: Tenant, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.filter(pk=acme.pk).update(**wrong)


@pytest.mark.parametrize("state", STATES)
def test_shoppers_are_served_in_working_states_and_told_to_wait_in_the_others(
    acme: Tenant, store_client: Callable[[Tenant], Client], state: TenantState
) -> None:
    put(acme, state)
    answer = store_client(acme).get("/")
    assert answer.status_code == HOME[state]
    assert REASON not in answer.content.decode()
    if answer.status_code == 503:
        assert acme.name in answer.content.decode()
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
        assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("state", [TenantState.SUSPENDED, TenantState.DELETING])
def test_the_closed_page_speaks_the_language_of_the_address_or_of_the_store(
    acme: Tenant, globex: Tenant, store_client: Callable[[Tenant], Client], state: TenantState
) -> None:
    put(acme, state)
    put(globex, state)
    assert "We are closed for now" in store_client(acme).get("/").content.decode()
    assert "本店暂停营业" in store_client(acme).get("/zh-hans/products/").content.decode()
    assert "本店暂停营业" in store_client(globex).get("/").content.decode()


@pytest.mark.parametrize("state", STATES)
def test_members_work_in_working_states_and_are_led_to_their_stores_in_the_others(
    merchant_client: Client, acme: Tenant, state: TenantState
) -> None:
    put(acme, state)
    answer = merchant_client.get("/dashboard/settings/")
    if state in WORKING_STATES:
        assert answer.status_code == 200
    elif state == TenantState.DELETED:
        assert answer.status_code == 404
    else:
        assert (answer.status_code, answer["Location"]) == (302, "http://localhost/stores/")


@pytest.mark.parametrize("state", STATES)
def test_the_api_answers_in_working_states_and_names_the_reason_by_a_code_in_the_others(
    acme: Tenant, store_client: Callable[[Tenant], Client], state: TenantState
) -> None:
    put(acme, state)
    for answer in (
        store_client(acme).get("/api/storefront/v1/products"),
        store_client(acme).post(
            "/api/storefront/v1/carts", content_type="application/json", headers={"Idempotency-Key": "a"}
        ),
    ):
        if state in WORKING_STATES:
            assert answer.status_code in (200, 201)
        else:
            assert answer.status_code == HOME[state]
        if answer.status_code == 503:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["code"] == "store_closed"


@shared_task(base=TenantTask, name="test.states.where")
def where() -> str:
    return current_schema()


@pytest.mark.parametrize("state", STATES)
def test_a_task_runs_in_a_working_store_and_fails_in_any_other(acme: Tenant, state: TenantState) -> None:
    put(acme, state)
    result = where.apply(headers={SCHEMA_HEADER: acme.schema_name})
    if state in WORKING_STATES:
        assert result.get() == acme.schema_name
    else:
        assert isinstance(result.result, TenantNotReady)


@pytest.mark.parametrize("state", STATES)
def test_the_dispatcher_asks_working_stores_only(
    acme: Tenant, globex: Tenant, state: TenantState, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(acme, state)
    sent: list[str] = []
    monkeypatch.setattr(
        current_app._get_current_object(),
        "send_task",
        lambda _task, **words: sent.append(words["headers"][SCHEMA_HEADER]),
    )
    dispatch(period="minute")
    assert globex.schema_name in sent
    assert (acme.schema_name in sent) == (state in WORKING_STATES)


@pytest.mark.parametrize("state", STATES)
def test_the_relay_holds_back_what_is_for_a_store_that_does_not_work(
    acme: Tenant, globex: Tenant, now: datetime, state: TenantState, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("core.outbox.services._publish", lambda message: sent.append(message.schema_name))
    OutboxMessage.objects.all().delete()
    for name in (acme.schema_name, globex.schema_name, "public"):
        enqueue(task="test.number", schema_name=name, available_at=now)
    put(acme, state)
    publish_waiting(now=now)
    assert {globex.schema_name, "public"} <= set(sent)
    assert (acme.schema_name in sent) == (state in WORKING_STATES)
    put(acme, TenantState.READY)
    publish_waiting(now=now + HOLD_FOR)
    assert sorted(sent) == sorted([acme.schema_name, globex.schema_name, "public"])


@pytest.mark.parametrize("state", STATES)
def test_the_sweeper_of_jobs_asks_again_for_working_stores_only(
    acme: Tenant, now: datetime, state: TenantState
) -> None:
    with in_tenant(acme):
        job = create_job(kind="x", title="x", task="test.number", params={}, started_by="x", now=now)
    OutboxMessage.objects.all().delete()
    put(acme, state)
    sweep_jobs(now=now + timedelta(minutes=10))
    assert OutboxMessage.objects.filter(schema_name=acme.schema_name).exists() == (state in WORKING_STATES)
    assert Job.objects.get(pk=job.pk).attempts_count == 0


@pytest.mark.parametrize("state", STATES)
def test_nothing_enters_a_store_that_does_not_work(acme: Tenant, state: TenantState) -> None:
    tenant = put(acme, state)
    for enter in (lambda: in_tenant(tenant), lambda: in_schema(tenant.schema_name)):
        if state in WORKING_STATES:
            with enter():
                assert current_schema() == tenant.schema_name
        else:
            with pytest.raises(TenantNotReady), enter():
                pass
    with in_tenant(tenant, any_state=True):
        assert current_schema() == tenant.schema_name


@pytest.mark.parametrize("state", STATES)
def test_the_list_of_stores_says_what_is_so_and_what_to_do(
    platform_client: Client, acme: Tenant, owner: User, state: TenantState
) -> None:
    put(acme, state)
    platform_client.force_login(owner)
    page = platform_client.get("/stores/").content.decode()
    enter = reverse("store_enter", urlconf="shopstead.urls_platform", args=["acme"])
    assert (enter in page) == (state in WORKING_STATES)
    told = state in (TenantState.CHECKOUT_OFF, TenantState.SUSPENDED, TenantState.DELETING)
    assert (REASON in page) == told
    assert ("mailto:" in page) == (state in (TenantState.SUSPENDED, TenantState.DELETING))
    assert ("/signup/acme/" in page) == (state == TenantState.PROVISIONING)
    expected = {TenantState.PROVISIONING: "/signup/acme/"}.get(state, "/stores/")
    if state not in WORKING_STATES:
        assert platform_client.get(enter)["Location"] == expected


def test_a_closed_checkout_shows_the_store_and_takes_no_order(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        variant = make_variant("Enamel mug", price=1800, stock=1)
    shopper = store_client(acme)
    shopper.post("/cart/add/", {"variant_id": variant.pk, "quantity": "1"})
    assert 'href="/checkout/"' in shopper.get("/cart/").content.decode()
    assert "We take no orders for now" not in shopper.get("/products/").content.decode()
    put(acme, TenantState.CHECKOUT_OFF)
    assert "We take no orders for now" in shopper.get("/products/").content.decode()
    cart = shopper.get("/cart/").content.decode()
    assert "Enamel mug" in cart and "We take no orders for now" in cart and 'href="/checkout/"' not in cart
    assert shopper.get("/checkout/").status_code == 409
    assert REASON not in shopper.get("/checkout/").content.decode()
    assert REASON in merchant_client.get("/dashboard/").content.decode()


def test_the_progress_page_goes_through_its_states(
    platform_client: Client, acme: Tenant, owner: User, now: datetime
) -> None:
    put(acme, TenantState.PROVISIONING)
    platform_client.force_login(owner)
    page = platform_client.get("/signup/acme/").content.decode()
    assert 'hx-trigger="every 1s"' in page and 'http-equiv="refresh"' in page
    trouble = ProvisioningTrouble.objects.create(tenant=acme, attempts_count=1, error="secret details", failed_at=now)
    page = platform_client.get("/signup/acme/", headers={"HX-Request": "true"}).content.decode()
    assert "longer than usual" in page and "secret details" not in page and "<html" not in page
    ProvisioningTrouble.objects.filter(pk=trouble.pk).update(attempts_count=5)
    page = platform_client.get("/signup/acme/").content.decode()
    assert "could not be made" in page and "hx-trigger" not in page and "refresh" not in page
    assert platform_client.post("/signup/acme/retry/")["Location"] == "/signup/acme/"
    assert not ProvisioningTrouble.objects.filter(tenant=acme).exists()
    assert OutboxMessage.objects.filter(task="tenants.provision", kwargs={"tenant_id": acme.pk}).exists()


def test_nobody_else_sees_the_progress_or_asks_again(platform_client: Client, acme: Tenant, globex: Tenant) -> None:
    put(acme, TenantState.PROVISIONING)
    platform_client.force_login(User.objects.get(email="globex@example.com"))
    assert platform_client.get("/signup/acme/").status_code == 404
    assert platform_client.post("/signup/acme/retry/").status_code == 404
