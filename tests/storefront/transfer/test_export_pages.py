"""What is taken out of a list is what the list shows, or what is ticked in it."""

import csv
from datetime import datetime

import pytest
from django.core.files.storage import storages
from django.test import Client

from core.jobs.models import Job
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from storefront.transfer.enums import EXPORT_JOB
from storefront.transfer.tasks import run_export
from tenants.models import Tenant
from tests.storefront.goods import make_variant

PAGE = "/dashboard/export/"


@pytest.fixture
def goods(acme: Tenant, now: datetime) -> list[Product]:
    with in_tenant(acme):
        made = [make_variant(title).product for title in ("Cup", "Mug", "Mug stand")]
        Product.objects.filter(pk=made[1].pk).update(status="draft")
        for name in ("Ada", "Bo"):
            Customer.objects.create(
                email=f"{name}@example.com".lower(), name=name, created_at=now, accepts_marketing=name == "Bo"
            )
    return made


def taken_out(acme: Tenant, merchant: Client, form: dict[str, object]) -> list[dict[str, str]]:
    """Send the form, run the job and return the rows of its file."""
    answer = merchant.post(PAGE, form)
    assert answer.status_code == 302
    job = Job.objects.filter(kind=EXPORT_JOB).latest("pk")
    run_export.apply(kwargs={"job_id": job.pk}, headers={SCHEMA_HEADER: acme.schema_name}).get()
    job.refresh_from_db()
    with in_tenant(acme), storages["private"].open(job.result["file"]) as file:
        return list(csv.DictReader(file.read().decode().splitlines()))


def test_a_filtered_list_goes_out_as_it_is_shown(acme: Tenant, merchant_client: Client, goods: list[Product]) -> None:
    link = merchant_client.get("/dashboard/products/?q=mug&status=draft").content.decode()
    assert f'href="{PAGE}?kind=products&' in link
    assert "q=mug" in link.split(f"{PAGE}?kind=products")[1].split('"')[0]
    page = merchant_client.get(f"{PAGE}?kind=products&q=mug&status=draft")
    assert page.context["listed_count"] == 1
    rows = taken_out(acme, merchant_client, {"kind": "products", "listed": page.context["listed"]})
    assert [row["Title"] for row in rows] == ["Mug"]


def test_an_unfiltered_list_is_everything(acme: Tenant, merchant_client: Client, goods: list[Product]) -> None:
    assert merchant_client.get(f"{PAGE}?kind=products&sort=title").context["listed_count"] is None
    assert len(taken_out(acme, merchant_client, {"kind": "products", "listed": "sort=title"})) == 3


def test_what_is_ticked_goes_out_at_once(acme: Tenant, merchant_client: Client, goods: list[Product]) -> None:
    rows = taken_out(acme, merchant_client, {"kind": "products", "pick": [goods[0].pk, goods[2].pk], "state": "q=mug"})
    assert [row["Title"] for row in rows] == ["Cup", "Mug stand"]


def test_select_all_takes_all_that_match(acme: Tenant, merchant_client: Client, goods: list[Product]) -> None:
    form = {"kind": "products", "pick": [goods[0].pk], "all": "1", "state": "q=mug"}
    assert [row["Title"] for row in taken_out(acme, merchant_client, form)] == ["Mug", "Mug stand"]


def test_customers_of_a_tab_go_out(acme: Tenant, merchant_client: Client, goods: list[Product]) -> None:
    assert "kind=customers&amp;view=subscribed" in merchant_client.get(
        "/dashboard/customers/?view=subscribed"
    ).content.decode().replace("&view", "&amp;view")
    rows = taken_out(acme, merchant_client, {"kind": "customers", "listed": "view=subscribed"})
    assert [row["Email"] for row in rows] == ["bo@example.com"]


@pytest.mark.parametrize(
    "listed", ["view=nothing", "q=%00", "status=%ff&category=9" * 40, "=;&&&", "page=-1&q=" + "x" * 5000]
)
def test_odd_words_of_a_list_are_no_error(acme: Tenant, merchant_client: Client, listed: str) -> None:
    for kind in ("products", "customers", "orders", "inventory"):
        assert merchant_client.get(f"{PAGE}?kind={kind}&{listed}").status_code == 200
        taken_out(acme, merchant_client, {"kind": kind, "listed": listed})
