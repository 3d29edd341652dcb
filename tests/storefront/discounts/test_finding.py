"""Which discounts a shopper may have, and why not the others: one question to the database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from storefront.catalog.models import Collection, CollectionProduct
from storefront.catalog.shown import own_prices
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.models import Customer
from storefront.discounts.codes import WRONG_CODES, clean_code
from storefront.discounts.errors import CodeTaken, DiscountGone, DiscountRefused
from storefront.discounts.models import DiscountCode, DiscountUse, Promotion
from storefront.discounts.selectors import FoundPromotions, find_promotions, with_collections
from storefront.discounts.services import (
    PromotionFacts,
    TierFacts,
    WantedUse,
    add_code,
    delete_promotion,
    extend_promotions,
    give_back_uses,
    make_codes,
    save_promotion,
    switch_promotions,
    take_uses,
)
from storefront.pricing.basket import Basket, BasketLine
from storefront.pricing.quote import price_basket
from tests.storefront.discounts.making import make_promotion
from tests.storefront.goods import make_variant

pytestmark = pytest.mark.usefixtures("in_acme")


def find(codes: list[str], now: datetime, customer_id: int | None = None) -> FoundPromotions:
    return find_promotions(codes=codes, customer_id=customer_id, prices=own_prices(), now=now)


def maya(now: datetime) -> Customer:
    return find_or_create_buyer(email="maya@example.com", name="Maya", language="en", country="US", now=now)


def test_automatic_ones_and_those_of_typed_codes_are_found_in_one_query(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    automatic = make_promotion(now)
    coded = make_promotion(now, code="Spring-5", title="Spring")
    make_promotion(now, code="OTHER")
    customer = maya(now)
    with django_assert_num_queries(1):
        found = find([" spring-5", "nothing", "spring-5 "], now, customer.pk)
    assert {offer.id: offer.code for offer in found.offers} == {automatic.pk: "", coded.pk: "SPRING-5"}
    assert [(one.code, one.problem) for one in found.refused] == [("NOTHING", "unknown")]
    assert found.code_ids == {coded.pk: DiscountCode.objects.get(code="SPRING-5").pk}


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"starts_at": timedelta(hours=1)}, "not_yet"),
        ({"ends_at": timedelta(0)}, "over"),
        ({"audience": "customers", "customer_ids": [999]}, "not_for_you"),
        ({"limit_count": 1, "used_by": "another"}, "used_up"),
        ({"limit_per_customer": 1, "used_by": "me"}, "used_by_you"),
        ({"audience": "first_order", "orders": 1}, "first_order_only"),
        ({"is_off": True}, "off"),
        ({"single": True}, "used_up"),
    ],
)
def test_a_code_that_gives_nothing_says_why(now: datetime, facts: dict[str, Any], problem: str) -> None:
    customer = maya(now)
    other = find_or_create_buyer(email="ben@example.com", name="Ben", language="en", country="US", now=now)
    moments = {name: now + facts.pop(name) for name in ("starts_at", "ends_at") if name in facts}
    used_by, orders, is_off, single = (facts.pop(name, None) for name in ("used_by", "orders", "is_off", "single"))
    promotion = make_promotion(now, code="CODE", **facts, **moments)
    code = DiscountCode.objects.get()
    if orders:
        Customer.objects.filter(pk=customer.pk).update(orders_count=orders)
    if is_off:
        switch_promotions(promotion_ids=[promotion.pk], is_active=False, now=now)
    if single:
        DiscountCode.objects.update(limit_count=1)
    if used_by or single:
        by = customer if used_by == "me" else other
        take_uses(
            order_token="one", customer_id=by.pk, uses=[WantedUse(promotion.pk, 5, code.pk)], currency="USD", now=now
        )
    found = find(["code"], now, customer.pk)
    assert found.offers == () and [one.problem for one in found.refused] == [problem]
    if problem != "not_for_you":
        with pytest.raises(DiscountGone):
            take_uses(
                order_token="two", customer_id=customer.pk, uses=[WantedUse(promotion.pk, 5, code.pk)],
                currency="USD", now=now,
            )  # fmt: skip


def test_who_is_not_named_cannot_take_what_is_for_named_customers(now: datetime) -> None:
    customer = maya(now)
    mine = make_promotion(now, audience="customers", customer_ids=[customer.pk])
    theirs = make_promotion(now, audience="customers", customer_ids=[customer.pk + 1])
    assert [offer.id for offer in find([], now, customer.pk).offers] == [mine.pk]
    take_uses(order_token="a", customer_id=customer.pk, uses=[WantedUse(mine.pk, 1)], currency="USD", now=now)
    with pytest.raises(DiscountGone) as caught:
        take_uses(order_token="b", customer_id=customer.pk, uses=[WantedUse(theirs.pk, 1)], currency="USD", now=now)
    assert caught.value.promotion_ids == (theirs.pk,)


def test_taking_costs_two_queries_and_giving_back_one(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = maya(now)
    uses = [WantedUse(make_promotion(now).pk, 100), WantedUse(make_promotion(now, limit_count=9).pk, 50)]
    with django_assert_num_queries(4):  # and a savepoint's two
        take_uses(order_token="one", customer_id=customer.pk, uses=uses, currency="USD", now=now)
    assert list(Promotion.objects.order_by("pk").values_list("used_count", flat=True)) == [1, 1]
    take_uses(order_token="one", customer_id=customer.pk, uses=uses[1:], currency="USD", now=now, replaces=True)
    assert list(Promotion.objects.order_by("pk").values_list("used_count", flat=True)) == [0, 1]
    with django_assert_num_queries(3):
        assert give_back_uses(order_token="one") == 1
    assert give_back_uses(order_token="one") == 0
    assert not DiscountUse.objects.exists()


def test_goods_know_their_collections_only_where_a_discount_asks(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mug, blanket = make_variant("Mug", price=1000), make_variant("Blanket", price=9000)
    sale = Collection.objects.create(title="Sale", handle="sale")
    CollectionProduct.objects.create(collection=sale, product_id=mug.product_id)
    lines = [
        BasketLine(key=v.pk, unit_amount=v.price_amount, quantity=1, product_id=v.product_id) for v in (mug, blanket)
    ]
    make_promotion(now)
    found = find([], now)
    with django_assert_num_queries(0):
        assert with_collections(lines, found) == lines
    Promotion.objects.update(applies_to="collections", collection_ids=[sale.pk])
    found = find([], now)
    with django_assert_num_queries(1):
        known = with_collections(lines, found)
    quote = price_basket(Basket("USD", tuple(known), promotions=found.offers))
    assert [line.discount for line in quote.lines] == [100, 0]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"points": 0}, "points"),
        ({"points": 10_001}, "points"),
        ({"kind": "amount", "amount": 0}, "amount"),
        ({"kind": "amount", "amount": 10**13}, "amount"),
        ({"ends_at": timedelta(days=-9)}, "ends_at"),
        ({"applies_to": "products"}, "applies_to"),
        ({"kind": "buy_get", "buy_quantity": 1}, "buy_quantity"),
        ({"kind": "tiers"}, "tiers"),
        ({"kind": "tiers", "tiers": [TierFacts(minimum_amount=100, off_amount=200)]}, "tiers"),
        ({"kind": "tiers", "tiers": [TierFacts(100, off_amount=5), TierFacts(100, off_points=9)]}, "tiers"),
        ({"audience": "customers"}, "customer_ids"),
        ({"limit_count": 0}, "limit_count"),
        ({"minimum_quantity": -1}, "minimum_quantity"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused_at_its_field(now: datetime, facts: dict[str, Any], field: str) -> None:
    if "ends_at" in facts:
        facts = {"ends_at": now + facts["ends_at"]}
    with pytest.raises(DiscountRefused) as caught:
        make_promotion(now, **facts)
    assert caught.value.field == field and not Promotion.objects.exists()


def test_codes_are_one_word_of_one_discount(now: datetime) -> None:
    promotion = make_promotion(now, code="WELCOME")
    with pytest.raises(CodeTaken):
        add_code(promotion_id=promotion.pk, text="wel come", limit_count=None, now=now)
    for text in ("", "ab", "a b", "x" * 41, "<b>bold</b>", "=1+1"):
        with pytest.raises(DiscountRefused):
            add_code(promotion_id=promotion.pk, text=text, limit_count=None, now=now)
    assert clean_code("ｗｅｌｃｏｍｅ 10") == "WELCOME10"
    assert clean_code("双十一") == "双十一"
    for wrong in ({"count": 501}, {"count": 0}, {"count": 1, "length": 5}, {"count": 1, "prefix": "x" * 39}):
        with pytest.raises(DiscountRefused):
            make_codes(promotion_id=promotion.pk, now=now, **wrong)  # type: ignore[arg-type]


def test_a_limit_is_never_put_below_what_was_used(now: datetime) -> None:
    promotion, customer = make_promotion(now, limit_count=5), maya(now)
    for token in ("a", "b"):
        take_uses(
            order_token=token, customer_id=customer.pk, uses=[WantedUse(promotion.pk, 1)], currency="USD", now=now
        )
    facts = PromotionFacts(title="Ten", kind="percent", points=1000, starts_at=now, is_automatic=True, limit_count=1)
    with pytest.raises(DiscountRefused):
        save_promotion(facts=facts, now=now, promotion_id=promotion.pk)
    with pytest.raises(DiscountRefused):
        delete_promotion(promotion_id=promotion.pk)
    give_back_uses(order_token="a")
    give_back_uses(order_token="b")
    assert delete_promotion(promotion_id=promotion.pk) == "Ten off"


def test_many_are_switched_and_extended_at_once(now: datetime) -> None:
    pks = [make_promotion(now, ends_at=now + timedelta(days=1)).pk for _ in range(3)]
    assert switch_promotions(promotion_ids=pks, is_active=False, now=now) == 3
    assert find([], now).offers == ()
    assert switch_promotions(promotion_ids=pks, is_active=True, now=now) == 3
    later = now + timedelta(days=9)
    assert extend_promotions(promotion_ids=[*pks, 10**9], ends_at=later, now=now) == 3
    assert len(find([], now + timedelta(days=8)).offers) == 3
    with pytest.raises(DiscountRefused):
        extend_promotions(promotion_ids=pks, ends_at=now, now=now)


def test_a_cart_weighs_a_bounded_number_of_automatic_discounts(now: datetime) -> None:
    for _ in range(25):
        make_promotion(now)
    with pytest.raises(DiscountRefused) as caught:
        make_promotion(now)
    assert caught.value.field == "is_automatic" and Promotion.objects.count() == 25


def test_whoever_guesses_codes_is_stopped(now: datetime) -> None:
    cache.clear()
    assert not any(WRONG_CODES.count(cart="one", address="203.0.113.9") for _ in range(10))
    assert WRONG_CODES.is_reached(cart="one", address="203.0.113.9")
    assert not WRONG_CODES.is_reached(cart="two", address="203.0.113.9")
    assert not any(WRONG_CODES.count(cart=f"c{n}", address="203.0.113.9") for n in range(30))
    assert WRONG_CODES.is_reached(cart="new", address="203.0.113.9")
