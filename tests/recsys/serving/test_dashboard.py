"""The merchant's page about recommendations."""

from django.test import Client

from core.jobs.models import Job
from core.tenancy import in_tenant
from recsys.serving.models import TrainedModel
from recsys.serving.services.training import train_store
from tenants.models import Tenant
from tests.recsys.serving.shop import NOW, add_order, add_products, add_tasteful_store

URL = "/dashboard/recommendations/"


def test_a_store_without_a_training_says_so_and_shows_the_newest(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        add_products(2)

    response = merchant_client.get(URL)

    assert response.status_code == 200
    text = response.content.decode()
    assert "Showing the newest products" in text
    assert "None yet. One runs every night." in text
    assert "New in the shop" in text


def test_few_orders_are_counted_towards_the_first_model(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        add_order(add_products(2), at=NOW)
        train_store(tenant=acme, now=NOW)

    text = merchant_client.get(URL).content.decode()

    assert "Showing best-sellers. Orders still missing before a model can learn: 49." in text
    assert "Orders still missing before a first model can learn: 49." in text
    assert "Beside best-sellers" not in text


def test_a_promoted_model_stands_beside_best_sellers_with_its_preview(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        add_tasteful_store()
        train_store(tenant=acme, now=NOW)
        TrainedModel.objects.create(state="failed", metrics={"error": "The training failed."}, started_at=NOW)

    product = merchant_client.get(URL).content.decode()
    customer = merchant_client.get(URL, {"as": "customer"}).content.decode()

    assert "Better than showing best-sellers:" in product
    assert "This model" in product
    assert "Healthy" in product
    assert "In use" in product
    assert "Failed" in product
    assert "Shopper 1" in customer


def test_a_nonsense_choice_shows_the_first_offered(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        add_products(2)

    for chosen in ("x", "-1", "9" * 40, "٣", "999999"):
        assert merchant_client.get(URL, {"as": "nobody", "id": chosen}).status_code == 200


def test_train_now_asks_for_one_job_however_often_it_is_pressed(acme: Tenant, merchant_client: Client) -> None:
    for _press in range(2):
        response = merchant_client.post(f"{URL}train/")
        assert (response.status_code, response["Location"]) == (302, URL)

    job = Job.objects.get(kind="recs.train")
    assert (job.schema_name, job.queue, job.started_by) == (acme.schema_name, "training", "acme@example.com")
    assert merchant_client.get(f"{URL}train/").status_code == 405
