"""Rows of cards: what can be bought now, with a reason, in few queries."""

import pytest

from core.tenancy import in_tenant
from recsys.serving.jinja import customer_recommendations, product_recommendations
from recsys.serving.models import ActiveModel, CustomerRecommendation, ProductRecommendation, TrainedModel
from recsys.serving.selectors import list_best_sellers, list_for_customer, list_for_product
from recsys.serving.services.trending import refresh_trending
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from tenants.models import Tenant
from tests.recsys.serving.shop import NOW, add_customers, add_order, add_products, count_queries


@pytest.fixture
def model(in_acme: Tenant) -> TrainedModel:
    trained = TrainedModel.objects.create(state="ready", started_at=NOW)
    ActiveModel.objects.create(model=trained)
    return trained


def give_product(model: TrainedModel, product: Product, kind: str, rows: list[tuple[Product, int]]) -> None:
    ProductRecommendation.objects.create(
        model=model,
        product_id=product.pk,
        kind=kind,
        product_ids=[other.pk for other, _count in rows],
        scores=[1.0] * len(rows),
        reasons=[count for _other, count in rows],
    )


def give_customer(
    model: TrainedModel, customer: Customer, rows: list[tuple[Product, int, int | None]], slot: str = "for_you"
) -> None:
    CustomerRecommendation.objects.create(
        model=model,
        customer_id=customer.pk,
        slot=slot,
        product_ids=[product.pk for product, _source, _because in rows],
        scores=[1.0] * len(rows),
        reasons=[[source, because] for _product, source, because in rows],
    )


def test_a_products_row_is_likes_then_companions_then_best_sellers_then_newest(model: TrainedModel) -> None:
    this, like, text, companion, best, newest = add_products(6)
    give_product(model, this, "similar", [(like, 7), (text, 0)])
    give_product(model, this, "bought_together", [(like, 3), (companion, 2)])
    add_order([best, this], at=NOW)
    refresh_trending(now=NOW)

    cards = list_for_product(this.pk, 10)

    assert [(card["id"], card["source"], card["reason"]) for card in cards] == [
        (like.pk, "similar", "7 people bought both"),
        (text.pk, "similar", "Similar to this"),
        (companion.pk, "bought_together", "Bought together 2 times"),
        (best.pk, "best_seller", "Best-seller"),
        (newest.pk, "newest", "New in the shop"),
    ]
    assert cards[0]["url"] == "/products/mug-2/"


def test_what_cannot_be_bought_any_more_gives_way_to_what_can(model: TrainedModel) -> None:
    this, sold_out, archived, fine = add_products(4)
    give_product(model, this, "similar", [(sold_out, 9), (archived, 8), (fine, 7)])
    Product.objects.filter(pk=sold_out.pk).update(is_available=False)
    Product.objects.filter(pk=archived.pk).update(status="archived")

    assert [card["id"] for card in list_for_product(this.pk, 2)] == [fine.pk]


def test_a_customers_row_says_what_led_to_it(model: TrainedModel) -> None:
    owned, chosen, alike, popular = add_products(4)
    (anna,) = add_customers(1)
    give_customer(model, anna, [(chosen, 0, owned.pk), (alike, 1, owned.pk), (popular, 2, None)])

    cards = customer_recommendations(anna, 3)

    assert [card["reason"] for card in cards] == ["Goes with Mug 1", "Similar to Mug 1", "Best-seller"]
    assert [card["source"] for card in cards] == ["model", "content", "best_seller"]


def test_a_customer_the_model_does_not_know_sees_best_sellers(model: TrainedModel) -> None:
    quiet, loud = add_products(2)
    add_order([loud], at=NOW)
    refresh_trending(now=NOW)
    (stranger,) = add_customers(1)

    assert [card["id"] for card in list_for_customer(stranger.pk, 2)] == [loud.pk, quiet.pk]


def test_buy_again_holds_only_what_was_bought(model: TrainedModel) -> None:
    bought, _other = add_products(2)
    (anna,) = add_customers(1)
    give_customer(model, anna, [(bought, 3, None)], slot="buy_again")

    cards = list_for_customer(anna.pk, 4, slot="buy_again")

    assert [(card["id"], card["reason"]) for card in cards] == [(bought.pk, "You bought this before")]


def test_a_store_without_orders_or_trainings_shows_its_newest(in_acme: Tenant) -> None:
    first, second, third = add_products(3)

    assert [card["id"] for card in list_best_sellers(2)] == [third.pk, second.pk]
    assert [card["id"] for card in product_recommendations(third.pk)] == [second.pk, first.pk]
    assert {card["reason"] for card in list_best_sellers(2)} == {"New in the shop"}


def test_lists_of_a_training_that_is_not_in_use_are_not_shown(model: TrainedModel) -> None:
    this, like = add_products(2)
    give_product(TrainedModel.objects.create(started_at=NOW), this, "similar", [(like, 7)])

    assert [card["source"] for card in list_for_product(this.pk, 4)] == ["newest"]


def test_lists_of_one_store_say_nothing_in_another(model: TrainedModel, globex: Tenant) -> None:
    this, like = add_products(2)
    give_product(model, this, "similar", [(like, 7)])

    with in_tenant(globex):
        assert list_for_product(this.pk, 4) == []


def test_a_row_costs_two_queries_and_three_when_it_has_to_be_filled(model: TrainedModel) -> None:
    this, *others = add_products(6)
    (anna,) = add_customers(1)
    give_product(model, this, "similar", [(other, 1) for other in others])
    give_customer(model, anna, [(others[0], 0, this.pk)])

    with count_queries() as enough:
        assert len(list_for_product(this.pk, 4)) == 4
    with count_queries() as filled:
        assert len(list_for_customer(anna.pk, 4)) == 4

    assert (len(enough), len(filled)) == (2, 3)
