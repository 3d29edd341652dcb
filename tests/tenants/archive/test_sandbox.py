"""A sandbox is the whole store, and harmless."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from accounts.models import User
from billing.plans.models import PlanPrice
from billing.subscriptions.errors import PriceNotOffered
from billing.subscriptions.services import start_plan_checkout
from core.clock import utc_now
from core.handling import Handling, handled_columns
from core.tenancy import in_tenant
from integrations.mail.services import send_mail
from storefront.customers.models import Customer, Session
from storefront.orders.models import Order
from tenants.archive.errors import RestoreRefused
from tenants.archive.models import ArchivePolicy, Sandbox
from tenants.archive.selectors import is_sandbox
from tenants.archive.services import clone_store
from tenants.enums import TenantState
from tenants.models import Entitlement, Membership, PaymentAccount, Tenant
from tenants.selectors import is_checkout_open
from tests.fixtures.archive import word_of
from tests.fixtures.sums import table_sums


@pytest.fixture
def sandbox(full_store: Tenant, folders: Path, now: datetime) -> Tenant:
    return make_sandbox(full_store, now)


def make_sandbox(full_store: Tenant, now: datetime) -> Tenant:
    with in_tenant(full_store):
        Customer.objects.update(password="pbkdf2_sha256$1$aa$bb", phone="+1 555 0100")
    return clone_store(tenant=full_store, slug=f"sb-{full_store.slug}"[:40], actor="test", now=now).tenant


def column(tenant: Tenant, table: str, name: str) -> set[Any]:
    with in_tenant(tenant), connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {table}")
        return {row[0] for row in cursor.fetchall()} - {"", None}


@pytest.mark.guard("sandbox-is-neutralized", found="assert not")
def test_nothing_that_reaches_a_person_or_opens_a_door_is_the_same(
    full_store: Tenant, folders: Path, now: datetime
) -> None:
    sandbox = make_sandbox(full_store, now)
    looked_at = 0
    for table, columns in handled_columns().items():
        for name, kind in columns.items():
            if kind in (Handling.WORDS, Handling.ADDRESS):
                continue
            theirs, ours = column(full_store, table, name), column(sandbox, table, name)
            looked_at += bool(theirs)
            if kind is Handling.PEOPLE:
                assert ours <= {"[]"}, f"{table}.{name}"
                continue
            assert not theirs & ours, f"{table}.{name}"
            if kind is Handling.EMAIL:
                assert all(value.endswith("@sandbox.invalid") for value in ours)
    assert looked_at >= 10
    with in_tenant(sandbox):
        assert not Session.objects.exists()
        order = Order.objects.get()
        assert order.customer is not None
        assert order.email == order.customer.email
        assert not order.customer.check_password("anything")


def test_every_column_that_could_reach_a_person_is_declared() -> None:
    """The control of the test above: a new e-mail, phone, token or password column fails until its app says how to handle it."""
    from django.apps import apps
    from django.db import models

    from core.handling import tables_that_stay_behind

    dangerous = ("email", "phone", "password", "token")
    missing = [
        f"{model._meta.db_table}.{field.column}"
        for config in apps.get_app_configs()
        if getattr(config, "schema", None) == "tenant"
        for model in config.get_models()
        if model._meta.db_table not in tables_that_stay_behind()
        for field in model._meta.concrete_fields
        if (isinstance(field, models.EmailField) or any(word in field.column.split("_") for word in dangerous))
        and not field.column.endswith("_at")
        and field.column not in handled_columns().get(model._meta.db_table, {})
    ]
    assert missing == []


@pytest.mark.guard("sandbox-writes-to-nobody", found="real@shopper.example|EmailMultiAlternatives|== \\[\\]")
def test_no_mail_leaves_a_sandbox_but_to_those_who_work_there(
    full_store: Tenant, sandbox: Tenant, mailoutbox: list[Any]
) -> None:
    facts: dict[str, Any] = {
        "subject": "Hello", "template": "customers/email/login_link", "language": "en",
        "context": {"url": "/", "store": sandbox, "link": "/", "minutes": 5, "name": "x"},
    }  # fmt: skip
    with in_tenant(sandbox):
        send_mail(to="real@shopper.example", **facts)
        assert mail.outbox == []
        send_mail(to=f"{full_store.slug}@example.com", **facts)
        assert len(mail.outbox) == 1
    with in_tenant(full_store):
        send_mail(to="real@shopper.example", **facts)
    assert len(mail.outbox) == 2


def test_a_sandbox_sells_nothing_and_is_marked(full_store: Tenant, sandbox: Tenant, now: datetime) -> None:
    assert sandbox.state == TenantState.CHECKOUT_OFF
    assert not is_checkout_open(tenant=sandbox, now=now)
    assert not PaymentAccount.objects.filter(tenant=sandbox).exists()
    assert Entitlement.objects.get(tenant=sandbox, key="checkout").value == 0
    assert is_sandbox(sandbox.pk)
    assert sandbox.name == f"{Tenant.objects.get(pk=full_store.pk).name} (sandbox)"
    assert not is_sandbox(full_store.pk)
    assert Sandbox.objects.get(tenant=sandbox).origin == full_store
    assert not ArchivePolicy.objects.get(tenant=sandbox).is_nightly
    owner = User.objects.get(email=f"{full_store.slug}@example.com")
    assert [each.user for each in Membership.objects.filter(tenant=sandbox)] == [owner]


@pytest.mark.guard("sandbox-is-not-indexed")
def test_a_sandbox_tells_search_engines_and_people_what_it_is(full_store: Tenant, sandbox: Tenant) -> None:
    client = Client(headers={"host": f"{sandbox.slug}.localhost"})
    response = client.get("/")
    assert response.status_code == 200
    assert "noindex" in response.headers.get("X-Robots-Tag", "")
    assert b"sandbox" in response.content.lower()
    real = Client(headers={"host": f"{full_store.slug}.localhost"}).get("/")
    assert "X-Robots-Tag" not in real
    assert b"sandbox" not in real.content.lower()


def test_the_original_is_untouched_and_a_sandbox_has_no_sandbox(
    full_store: Tenant, globex_sums: Any, folders: Path, now: datetime
) -> None:
    before = table_sums(full_store.schema_name)
    sandbox = clone_store(tenant=full_store, slug=f"sb-{full_store.slug}"[:40], actor="test", now=now).tenant
    assert table_sums(full_store.schema_name) == before
    assert globex_sums() is True
    assert word_of(full_store)
    with pytest.raises(RestoreRefused):
        clone_store(tenant=sandbox, slug=f"sc-{full_store.slug}"[:40], actor="test", now=now)
    assert not list((folders / "archives").glob("clone-*"))


def test_a_sandbox_buys_no_plan(sandbox: Tenant) -> None:
    price_id = PlanPrice.objects.filter(is_active=True).values_list("pk", flat=True)[0]
    with pytest.raises(PriceNotOffered, match="needs no plan"):
        start_plan_checkout(tenant=sandbox, price_id=price_id, language="en", attempt="once", now=utc_now())
