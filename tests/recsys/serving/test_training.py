"""A training fills tables and moves one pointer, or changes nothing that shoppers see."""

import io
import json
from datetime import timedelta

import pytest
from django.db import connection

from core.jobs.models import Job, JobState
from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant, is_public
from recsys.interactions.models import Interaction
from recsys.serving.commands import run_evaluate, run_show, run_train
from recsys.serving.errors import TrainingRunning
from recsys.serving.locks import hold_training
from recsys.serving.models import (
    ActiveModel,
    CustomerRecommendation,
    ProductRecommendation,
    TrainedModel,
    TrendingProducts,
)
from recsys.serving.services.export import export_store
from recsys.serving.services.starting import start_training
from recsys.serving.services.training import find_champion, train_store
from recsys.serving.tasks import refresh_trending, train
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from tenants.models import Tenant
from tests.recsys.serving.shop import NOW, add_customers, add_order, add_products, add_tasteful_store


class Killed(BaseException):
    """What a process feels when it is taken away: nothing catches it."""


def listed_ids() -> set[int]:
    rows = list(CustomerRecommendation.objects.values_list("product_ids", flat=True))
    rows += list(ProductRecommendation.objects.values_list("product_ids", flat=True))
    return {product_id for ids in rows for product_id in ids}


def test_lines_of_open_orders_and_interactions_become_the_engines_rows(in_acme: Tenant) -> None:
    mugs = add_products(3)
    (anna,) = add_customers(1)
    bought = add_order(mugs[:2], at=NOW, customer=anna)
    guest = add_order(mugs[2:], at=NOW - timedelta(seconds=1))
    for status in ("pending", "canceled", "expired"):
        add_order(mugs, at=NOW, customer=anna, status=status)
    Interaction.objects.create(customer_id=anna.pk, product_id=mugs[0].pk, kind="cart", created_at=NOW)

    frame = export_store().interactions

    rows = zip(frame.customers, frame.products, frame.orders, frame.kinds, strict=True)
    assert sorted(rows) == sorted(
        [
            (anna.pk, mugs[0].pk, bought.pk, 0),
            (anna.pk, mugs[1].pk, bought.pk, 0),
            (-1, mugs[2].pk, guest.pk, 0),
            (anna.pk, mugs[0].pk, -1, 1),
        ]
    )


def test_the_catalog_gives_plain_words_and_what_can_be_bought(in_acme: Tenant) -> None:
    add_products(1, description_html="<p>Fired&nbsp;<b>twice</b> &amp; glazed</p>")
    add_products(1, prefix="Draft", status="draft")
    add_products(1, prefix="Gone", is_available=False)

    catalog = export_store().catalog

    assert catalog.available.tolist() == [True, False, False]
    assert "Mug 1" in catalog.texts[0]
    assert "twice" in catalog.texts[0]
    assert "<" not in catalog.texts[0]
    assert "& glazed" in catalog.texts[0]


def test_a_store_with_taste_gets_lists_for_its_customers_and_products(in_acme: Tenant) -> None:
    products = add_tasteful_store()

    model = train_store(tenant=in_acme, now=NOW)

    assert (model.state, model.tier, model.promoted) == ("ready", 1, True)
    assert ActiveModel.objects.get().model_id == model.pk
    assert model.orders_count == 480
    assert model.metrics["ratio_new"] > 1.05
    assert CustomerRecommendation.objects.filter(slot="for_you").count() == 120
    assert ProductRecommendation.objects.filter(kind="similar").count() == len(products)
    assert set(TrendingProducts.objects.values_list("slot", flat=True)) == {"7d", "30d", "newest"}


def test_a_store_with_few_orders_gets_best_sellers_and_says_how_many_are_missing(in_acme: Tenant) -> None:
    mugs = add_products(5)
    add_order(mugs[:1], at=NOW)

    model = train_store(tenant=in_acme, now=NOW)

    assert (model.tier, model.promoted) == (0, False)
    assert model.metrics["headline"]["values"] == {"missing": 49}
    assert TrendingProducts.objects.get(slot="7d").product_ids == [mugs[0].pk]


def test_an_empty_store_can_be_trained(in_acme: Tenant) -> None:
    model = train_store(tenant=in_acme, now=NOW)

    assert (model.state, listed_ids()) == ("ready", set())


def test_a_training_asked_for_from_outside_the_store_enters_it_by_itself(acme: Tenant) -> None:
    model = train_store(tenant=acme, now=NOW)

    assert model.state == "ready"
    assert is_public()


def test_products_of_another_store_are_never_listed(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(globex):
        strangers = add_products(400, prefix="Stranger")
        add_order(strangers[-30:], at=NOW)
    with in_tenant(acme):
        own = {product.pk for product in add_tasteful_store()}
        train_store(tenant=acme, now=NOW)
        shown = listed_ids().union(*TrendingProducts.objects.values_list("product_ids", flat=True))
        assert shown
        assert shown <= own
    with in_tenant(globex):
        assert TrainedModel.objects.count() == 0
        assert listed_ids() == set()


def test_what_dies_before_the_pointer_moves_leaves_the_old_lists_in_use(in_acme: Tenant) -> None:
    add_tasteful_store()
    first = train_store(tenant=in_acme, now=NOW)

    def die(share: float, stage: str) -> None:
        if stage == "Putting the lists in use":
            assert CustomerRecommendation.objects.exclude(model=first).exists()
            raise Killed

    with pytest.raises(Killed):
        train_store(tenant=in_acme, now=NOW, report=die)

    assert ActiveModel.objects.get().model_id == first.pk
    assert TrainedModel.objects.latest("pk").state == "running"

    third = train_store(tenant=in_acme, now=NOW)
    states = list(TrainedModel.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["ready", "failed", "ready"]
    kept = set(CustomerRecommendation.objects.values_list("model_id", flat=True))
    assert kept == {first.pk, third.pk}


def test_an_error_marks_the_training_failed_and_frees_the_lock(in_acme: Tenant) -> None:
    add_products(2)

    def fail(share: float, stage: str) -> None:
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        train_store(tenant=in_acme, now=NOW, report=fail)

    assert TrainedModel.objects.get().state == "failed"
    assert not ActiveModel.objects.exists()
    assert train_store(tenant=in_acme, now=NOW).state == "ready"


def test_lists_that_fail_the_gate_do_not_replace_a_promoted_models_lists(in_acme: Tenant) -> None:
    add_tasteful_store()
    champion = train_store(tenant=in_acme, now=NOW)
    assert champion.promoted
    # With nobody left who came back there is nothing to measure a new model on.
    Customer.objects.all().delete()

    challenger = train_store(tenant=in_acme, now=NOW)

    assert (challenger.state, challenger.promoted, challenger.metrics["in_use"]) == ("ready", False, False)
    assert ActiveModel.objects.get().model_id == champion.pk
    assert CustomerRecommendation.objects.filter(model=champion).exists()
    assert not CustomerRecommendation.objects.filter(model=challenger).exists()


def test_the_promoted_model_is_measured_again_beside_the_next_one(in_acme: Tenant) -> None:
    add_tasteful_store()
    train_store(tenant=in_acme, now=NOW)
    assert find_champion() is not None

    second = train_store(tenant=in_acme, now=NOW)

    assert "champion" in [method["name"] for method in second.metrics["methods"]]


def test_only_the_lists_in_use_and_those_before_them_are_kept(in_acme: Tenant) -> None:
    add_tasteful_store()
    models = [train_store(tenant=in_acme, now=NOW) for _ in range(3)]

    for rows in (CustomerRecommendation, ProductRecommendation):
        assert set(rows.objects.values_list("model_id", flat=True)) == {models[1].pk, models[2].pk}
    assert TrainedModel.objects.count() == 3


def test_two_trainings_of_one_store_do_not_overlap(committed_store: Tenant) -> None:
    with in_tenant(committed_store), hold_training():
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                key = f"recsys.serving.train:{committed_store.schema_name}"
                cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
                assert cursor.fetchone() == (False,)
        finally:
            other.close()


def test_a_training_that_meets_another_one_says_so_and_writes_nothing(committed_store: Tenant) -> None:
    other = connection.copy()
    key = f"recsys.serving.train:{committed_store.schema_name}"
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        with pytest.raises(TrainingRunning):
            train_store(tenant=committed_store, now=NOW)
    finally:
        other.close()
    with in_tenant(committed_store):
        assert not TrainedModel.objects.exists()


def test_the_scheduled_task_trains_the_store_of_its_header(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        add_products(3)

    train.apply(headers={SCHEMA_HEADER: acme.schema_name}, throw=True)
    refresh_trending.apply(headers={SCHEMA_HEADER: acme.schema_name}, throw=True)

    with in_tenant(acme):
        assert TrainedModel.objects.get().state == "ready"
    with in_tenant(globex):
        assert not TrainedModel.objects.exists()


def test_a_merchants_training_is_a_job_with_progress_and_a_result(in_acme: Tenant) -> None:
    add_products(3)
    job = start_training(title="Train recommendations", actor="owner@example.com", now=NOW)
    assert start_training(title="Train recommendations", actor="owner@example.com", now=NOW).pk == job.pk
    message = OutboxMessage.objects.get(task="recsys.serving.train")
    assert (message.queue, message.kwargs) == ("training", {"job_id": job.pk})

    train.apply(kwargs={"job_id": job.pk}, headers={SCHEMA_HEADER: in_acme.schema_name}, throw=True)

    job = Job.objects.get(pk=job.pk)
    assert job.state == JobState.SUCCEEDED
    assert job.result["url"] == "/dashboard/recommendations/"
    assert job.percent == 100


def test_the_hourly_best_sellers_rank_recent_orders_and_leave_out_what_cannot_be_bought(in_acme: Tenant) -> None:
    old, new, gone, draft, unsold = add_products(5)
    for days in (90, 91, 92):
        add_order([old], at=NOW - timedelta(days=days))
    add_order([new, gone, draft], at=NOW)
    Product.objects.filter(pk=gone.pk).update(is_available=False)
    Product.objects.filter(pk=draft.pk).update(status="draft")

    refresh_trending.apply(headers={SCHEMA_HEADER: in_acme.schema_name}, throw=True)

    lists = dict(TrendingProducts.objects.values_list("slot", "product_ids"))
    assert lists == {
        "7d": [new.pk, old.pk],
        "30d": [new.pk, old.pk],
        "newest": [unsold.pk, new.pk, old.pk],
    }


def test_the_command_prints_both_measures_beside_best_sellers(
    in_acme: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    add_tasteful_store()
    text, facts, measured = io.StringIO(), io.StringIO(), io.StringIO()

    run_train(tenant=in_acme, as_json=False, out=text)
    run_train(tenant=in_acme, as_json=True, out=facts)
    run_evaluate(tenant=in_acme, as_json=True, out=measured)

    lines = text.getvalue().splitlines()
    assert "HR@10 new" in lines[1]
    assert lines[2].startswith("This model")
    assert lines[3].startswith("Best-sellers")
    assert "peak memory" in lines[-1]
    told = json.loads(facts.getvalue())
    assert {method["name"] for method in told["methods"]} >= {"blend", told["best_sellers"]}
    assert told["total_seconds"] > 0
    assert "blend" in {method["name"] for method in json.loads(measured.getvalue())["methods"]}
    assert "Training" in capsys.readouterr().err


def test_the_command_shows_a_customers_and_a_products_list(in_acme: Tenant) -> None:
    add_tasteful_store()
    train_store(tenant=in_acme, now=NOW)
    mine, goes = io.StringIO(), io.StringIO()

    run_show(tenant=in_acme, customer_email="shopper1@example.com", out=mine)
    run_show(tenant=in_acme, product_handle="thinga-1", out=goes, as_json=True)

    # What a customer of this group has bought already is left out, so the list may end with best-sellers of others.
    assert mine.getvalue().splitlines()[0].startswith(" 1  Thinga")
    assert len(json.loads(goes.getvalue())["data"]) == 10
