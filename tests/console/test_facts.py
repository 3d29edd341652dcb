"""The figures of a store: taken inside it, kept in one public row."""

from datetime import datetime, timedelta

import pytest
from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from console.models import StoreFacts, StoreTraffic
from console.services.facts import refresh_facts
from console.traffic import count_request, write_down
from core.clock import utc_now
from core.tasks import SCHEMA_HEADER
from core.tenancy import TenantNotReady, current_schema, in_tenant
from shopstead.celery import STORE_TASKS
from storefront.orders.models import Order
from tenants.models import Tenant


def sell(tenant: Tenant, name: str, *, at: datetime, amount: int = 1000, paid: bool = True, **more: object) -> None:
    with in_tenant(tenant):
        Order.objects.create(
            name=name, token=f"token-{name}", currency="USD", subtotal_amount=amount, total_amount=amount, placed_at=at,
            status=more.pop("status", "open"), payment_status="paid" if paid else "pending", paid_at=at if paid else None, **more,
        )  # fmt: skip


def test_the_figures_count_paid_orders_of_thirty_days_and_no_imported_ones(
    acme: Tenant, globex: Tenant, now: datetime
) -> None:
    sell(acme, "#1", at=now - timedelta(days=29), amount=700)
    sell(acme, "#2", at=now - timedelta(days=31), amount=9000)
    sell(acme, "#3", at=now - timedelta(days=1), paid=False)
    sell(acme, "#4", at=now - timedelta(hours=1), source="import")
    sell(acme, "#5", at=now - timedelta(minutes=5), status="pending", paid=False)
    sell(globex, "#9", at=now, amount=5)

    facts = refresh_facts(tenant=acme, now=now)

    assert (facts.gmv_30d_amount, facts.orders_30d_count, facts.orders_month_count) == (700, 2, 1)
    assert (facts.last_order_name, facts.last_order_at) == ("#3", now - timedelta(days=1))
    assert refresh_facts(tenant=globex, now=now).gmv_30d_amount == 5


def test_the_size_is_that_of_the_schema_and_of_the_files(acme: Tenant, now: datetime) -> None:
    before = refresh_facts(tenant=acme, now=now)
    assert before.schema_bytes > 100_000
    with in_tenant(acme):
        storages["default"].save("a/b.txt", ContentFile(b"x" * 321))
        storages["private"].save("c.txt", ContentFile(b"x" * 9))
    after = refresh_facts(tenant=acme, now=now)
    assert after.files_bytes - before.files_bytes == 330


def test_a_missing_migration_is_seen(acme: Tenant, now: datetime) -> None:
    assert refresh_facts(tenant=acme, now=now).migrations_behind_count == 0
    with in_tenant(acme), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'catalog' AND name = '0001_initial'")
    assert refresh_facts(tenant=acme, now=now).migrations_behind_count == 1


def test_the_scheduled_task_writes_the_row_of_the_store_in_its_header(acme: Tenant, globex: Tenant) -> None:
    assert "console.refresh_facts" in STORE_TASKS["hour"]
    current_app.loader.import_default_modules()
    task = current_app.tasks["console.refresh_facts"]
    task.apply(headers={SCHEMA_HEADER: acme.schema_name}, throw=True)
    assert list(StoreFacts.objects.values_list("tenant_id", flat=True)) == [acme.pk]
    assert current_schema() == "public"


def test_a_suspended_store_is_not_looked_into(acme: Tenant, now: datetime) -> None:
    acme.state = "suspended"
    with pytest.raises(TenantNotReady):
        refresh_facts(tenant=acme, now=now)


def test_requests_are_counted_by_store_and_hour_and_written_once(acme: Tenant, globex: Tenant) -> None:
    write_down()
    StoreTraffic.objects.all().delete()
    for failed in (False, True, False):
        count_request(tenant_id=acme.pk, failed=failed)
    count_request(tenant_id=globex.pk, failed=False)
    count_request(tenant_id=999_999_999, failed=False)
    write_down()
    count_request(tenant_id=acme.pk, failed=True)
    write_down()
    write_down()
    rows = {row[0]: row[1:] for row in StoreTraffic.objects.values_list("tenant_id", "requests_count", "failed_count")}
    assert rows == {acme.pk: (4, 2), globex.pk: (1, 0)}
    facts = refresh_facts(tenant=acme, now=utc_now())
    assert (facts.requests_24h_count, facts.failed_requests_24h_count, facts.error_rate) == (4, 2, 0.5)


def test_a_failing_page_counts_as_failed_and_a_missing_one_does_not(
    acme: Tenant, store_client: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_down()
    StoreTraffic.objects.all().delete()
    client = store_client(acme)  # type: ignore[operator]
    client.raise_request_exception = False
    client.get("/nothing-here/")

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("storefront.search.pages.render", broken)
    assert client.get("/search/?q=x").status_code == 500
    write_down()
    assert StoreTraffic.objects.values_list("requests_count", "failed_count").get() == (2, 1)
