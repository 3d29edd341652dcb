"""A discount in one sentence, in both languages."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from storefront.discounts.selectors import CodeProblem, RefusedCode
from storefront.discounts.services import PromotionFacts, TierFacts
from storefront.discounts.words import Names, describe, explain_code, explain_refused
from storefront.pricing.basket import Basket, BasketLine, Kind, Promotion
from storefront.pricing.quote import price_basket

FIRST, LAST = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 7, 23, 59, 59, tzinfo=UTC)
NAMES = Names(products={1: "Mug", 2: "Blanket"}, collections={5: "Winter"})


def say(language: str, **facts: Any) -> str:
    known = {"title": "x", "kind": "amount", "starts_at": FIRST, "ends_at": LAST, "amount": 3000, **facts}
    with translation.override(language):
        return describe(PromotionFacts(**known), currency="CNY", names=NAMES)


@pytest.mark.parametrize(
    ("facts", "english", "chinese"),
    [
        (
            {"minimum_amount": 30_000, "limit_per_customer": 1},
            "CN¥30.00 off orders of CN¥300.00 or more, Dec 1\u2009–\u20097, once per customer, cannot be combined.",
            "订单满 ¥300.00 减 ¥30.00，12月1日至7日，每位顾客限用一次，不可与其他优惠同享。",
        ),
        (
            {"kind": "percent", "points": 1250, "applies_to": "products", "product_ids": [1, 2], "ends_at": None},
            "12.5% off “Mug”, “Blanket”, from December 1, 2026, cannot be combined.",
            "“Mug”、“Blanket”减 12.5%，2026年12月1日起，不可与其他优惠同享。",
        ),
        (
            {"kind": "tiers", "tiers": [TierFacts(30_000, off_amount=3000)], "repeats": True, "combines_with_delivery": True},
            "CN¥30.00 off for every CN¥300.00, Dec 1\u2009–\u20097, can be combined with discounts on delivery.",
            "每满 ¥300.00 减 ¥30.00，12月1日至7日，可与运费优惠同享。",
        ),
        (
            {"kind": "buy_get", "points": 10_000, "buy_quantity": 2, "get_quantity": 1, "applies_to": "collections",
             "collection_ids": [5], "get_applies_to": "products", "get_product_ids": [1, 2, 3, 4]},
            "Buy 2 of “Winter”, get 1 of 4 products free, Dec 1\u2009–\u20097, cannot be combined.",
            "在“Winter”中买 2 件，免费得4 件商品中的 1 件，12月1日至7日，不可与其他优惠同享。",
        ),
        (
            {"kind": "free_delivery", "minimum_amount": 9900, "audience": "first_order", "limit_count": 100,
             "combines_with_goods": True, "combines_with_order": True, "combines_with_delivery": True},
            "Free delivery from CN¥99.00 on, Dec 1\u2009–\u20097, for a customer's first order, 100 times in all, "
            "can be combined with all other discounts.",
            "满 ¥99.00，免运费，12月1日至7日，仅限首单，共限 100 次，可与其他所有优惠同享。",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_when_how_often_and_with_what(facts: dict[str, Any], english: str, chinese: str) -> None:
    assert say("en", **facts) == english
    assert say("zh-hans", **facts) == chinese


def test_every_reason_has_its_sentence() -> None:
    for problem in CodeProblem:
        assert "SPRING" in explain_code(RefusedCode("SPRING", problem, FIRST))
    lines = (BasketLine(key=1, unit_amount=5000, quantity=1),)
    near = Promotion(1, "满300减30", Kind.AMOUNT, amount=3000, minimum_amount=30_000)
    many = Promotion(2, "Three", Kind.AMOUNT, amount=100, minimum_quantity=3, code="THREE")
    refused = price_basket(Basket("CNY", lines, promotions=(near, many))).refused
    said = [explain_refused(one, currency="CNY") for one in refused]
    assert said == ["Add CN¥250.00 more for “满300减30”.", "Add 2 more items for “THREE”."]
