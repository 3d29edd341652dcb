"""Collections hold what was put into them, or what fits their rules, at every moment."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.jobs.models import Job
from core.outbox.models import OutboxMessage
from storefront.catalog.errors import CollectionNotFound, CollectionRefused
from storefront.catalog.models import Collection, CollectionProduct, CustomField, Product, ProductVariant
from storefront.catalog.rules import clean_rules, read_vocabulary
from storefront.catalog.selectors import list_all_collections, list_products_in, preview_rules
from storefront.catalog.services import (
    CollectionDraft,
    add_to_collection,
    arrange_collection,
    arrange_in_collection,
    create_category,
    create_collection,
    delete_collection,
    remove_from_collection,
    set_category,
    set_status,
    update_collection,
    update_product,
    update_variant,
)
from storefront.catalog.services.collections import filling
from storefront.catalog.services.collections.filling import fill_drifting, follow_many
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements

pytestmark = pytest.mark.usefixtures("in_acme")


def rule(field: str, relation: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "relation": relation, "value": value}


def by_rule(*rules: dict[str, Any], match: str = "all", title: str = "Camp") -> Collection:
    row = create_collection(title=title, is_automatic=True, actor=ACTOR, now=MADE_AT)
    return update_collection(
        collection_id=row.pk,
        draft=CollectionDraft(title=title, rules=rules, match=match),
        actor=ACTOR,
        now=MADE_AT,
    )


def inside(row: Collection) -> set[str]:
    return set(Product.objects.filter(collectionproduct__collection=row).values_list("title", flat=True))


@pytest.fixture
def goods(monkeypatch: pytest.MonkeyPatch) -> dict[str, Product]:
    """Return three products that differ in everything a rule can ask."""
    monkeypatch.setattr(filling, "utc_now", lambda: MADE_AT)
    mug = make_product("Camp mug", price=1800, stock=5, vendor="Ridge", product_type="Mug", tags=["camp", "Gift"])
    kettle = make_product("Kettle 100%", price=4900, stock=0, vendor="Ember", product_type="Kettle", tags=["camp"])
    tea = make_product("云雾茶", price=900, stock=50, vendor="ridge", product_type="", tags=[])
    variant = ProductVariant.objects.get(product=mug)
    update_variant(variant_id=variant.pk, price_amount=1800, compare_at_amount=2400, sku="", actor=ACTOR, now=MADE_AT)
    kitchen = create_category(title="Kitchen", actor=ACTOR, now=MADE_AT)
    cups = create_category(title="Cups", parent_id=kitchen.pk, actor=ACTOR, now=MADE_AT)
    set_category(product_ids=[mug.pk], category_id=cups.pk, actor=ACTOR, now=MADE_AT)
    set_category(product_ids=[kettle.pk], category_id=kitchen.pk, actor=ACTOR, now=MADE_AT)
    CustomField.objects.create(key="capacity", name="Capacity", type="integer")
    CustomField.objects.create(key="a__b.c-d", name="Odd", type="text")
    CustomField.objects.create(key="organic", name="Organic", type="boolean")
    CustomField.objects.create(key="picked", name="Picked", type="date")
    for product, fields in (
        (mug, {"capacity": 350, "a__b.c-d": 'He said "hi"', "organic": True, "picked": "2026-04-05"}),
        (kettle, {"capacity": 1600, "a__b.c-d": "x.y", "organic": False}),
        (tea, {"capacity": "not a number", "picked": "2025-04-05"}),
    ):
        Product.objects.filter(pk=product.pk).update(custom_fields=fields)
    Product.objects.filter(pk=tea.pk).update(created_at=MADE_AT - timedelta(days=60))
    for product in (mug, kettle, tea):
        product.refresh_from_db()
    return {"mug": mug, "kettle": kettle, "tea": tea}


MUG, KETTLE, TEA = "Camp mug", "Kettle 100%", "云雾茶"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (rule("title", "is", "camp MUG"), {MUG}),
        (rule("title", "is_not", "camp mug"), {KETTLE, TEA}),
        (rule("title", "contains", "云雾"), {TEA}),
        (rule("title", "contains", "100%"), {KETTLE}),
        (rule("title", "contains", "%"), {KETTLE}),
        (rule("title", "contains_not", "m"), {KETTLE, TEA}),
        (rule("title", "begins", "kettle"), {KETTLE}),
        (rule("title", "ends", "茶"), {TEA}),
        (rule("vendor", "is", "Ridge"), {MUG, TEA}),
        (rule("product_type", "is_not", "Mug"), {KETTLE, TEA}),
        (rule("tag", "is", "Gift"), {MUG}),
        (rule("tag", "is_not", "camp"), {TEA}),
        (rule("category", "is", "Kitchen"), {MUG, KETTLE}),
        (rule("category", "is", "Cups"), {MUG}),
        (rule("category", "is_not", "Cups"), {KETTLE, TEA}),
        (rule("price", "above", "18.00"), {KETTLE}),
        (rule("price", "below", "18.01"), {MUG, TEA}),
        (rule("price", "is", "9"), {TEA}),
        (rule("compare_at", "set"), {MUG}),
        (rule("compare_at", "not_set"), {KETTLE, TEA}),
        (rule("compare_at", "above", "20"), {MUG}),
        (rule("stock", "set"), {MUG, TEA}),
        (rule("stock", "not_set"), {KETTLE}),
        (rule("stock", "below", "6"), {MUG, KETTLE}),
        (rule("created", "within", "30"), {MUG, KETTLE}),
        (rule("created", "before", "2026-11-01"), {TEA}),
        (rule("created", "after", "2026-11-01"), {MUG, KETTLE}),
        (rule("created", "after", "2026-11-02"), set()),
        (rule("custom:capacity", "is", "350"), {MUG}),
        (rule("custom:capacity", "is_not", "350"), {KETTLE, TEA}),
        (rule("custom:capacity", "above", "349.5"), {MUG, KETTLE}),
        (rule("custom:capacity", "set"), {MUG, KETTLE, TEA}),
        (rule("custom:a__b.c-d", "is", 'He said "hi"'), {MUG}),
        (rule("custom:a__b.c-d", "contains", "SAID"), {MUG}),
        (rule("custom:a__b.c-d", "contains", "."), {KETTLE}),
        (rule("custom:a__b.c-d", "not_set"), {TEA}),
        (rule("custom:organic", "is", "true"), {MUG}),
        (rule("custom:organic", "is", "false"), {KETTLE}),
        (rule("custom:picked", "after", "2026-01-01"), {MUG}),
    ],
)
def test_a_rule_holds_what_fits_it(goods: dict[str, Product], one: dict[str, Any], expected: set[str]) -> None:
    from storefront.catalog.models import Category

    if one["field"] == "category":
        one = {**one, "value": Category.objects.get(title=one["value"]).pk}
    row = by_rule(one)
    assert inside(row) == expected
    # What a page previews is what it will hold; and following one product gives the same answer as filling it anew.
    assert preview_rules(row.rules, row.match, now=MADE_AT).count == len(expected)
    CollectionProduct.objects.all().delete()
    follow_many(product_ids=[one.pk for one in goods.values()], now=MADE_AT)
    assert inside(row) == expected


def test_rules_together_are_all_or_any(goods: dict[str, Product]) -> None:
    rules = (rule("vendor", "is", "ridge"), rule("price", "above", "10"))
    assert inside(by_rule(*rules)) == {MUG}
    assert inside(by_rule(*rules, match="any", title="Any")) == {MUG, KETTLE, TEA}
    assert inside(by_rule(title="None")) == set()


def test_a_changed_product_is_where_it_belongs_in_the_same_transaction(goods: dict[str, Product]) -> None:
    row = by_rule(rule("title", "contains", "camp"))
    tea = goods["tea"]
    update_product(product_id=tea.pk, title="Camp tea", status="active", actor=ACTOR, now=MADE_AT)
    assert inside(row) == {MUG, "Camp tea"}
    update_product(product_id=tea.pk, title="Tea", status="active", actor=ACTOR, now=MADE_AT)
    assert inside(row) == {MUG}


def test_following_costs_the_same_for_one_collection_and_for_thirty(goods: dict[str, Product]) -> None:
    def cost() -> int:
        with statements() as seen:
            filling.follow_products(product_ids=[goods["mug"].pk], now=MADE_AT)
        return len(seen)

    by_rule(rule("title", "contains", "camp"))
    first = cost()
    for number in range(30):
        kitchen = str(goods["kettle"].category_id or 0)
        by_rule(rule("tag", "is", f"tag {number}"), rule("category", "is", kitchen), title=f"C {number}")
    assert cost() == first


def test_many_changed_products_are_followed_later(goods: dict[str, Product], monkeypatch: pytest.MonkeyPatch) -> None:
    row = by_rule(rule("title", "contains", "late"))
    monkeypatch.setattr(filling, "AT_ONCE", 2)
    ids = [make_product(f"Late {number}").pk for number in range(3)]
    CollectionProduct.objects.all().delete()
    set_status(product_ids=ids, status="draft", actor=ACTOR, now=MADE_AT)
    assert inside(row) == set()
    message = OutboxMessage.objects.get(task="storefront.catalog.follow_collections")
    follow_many(product_ids=message.kwargs["product_ids"], now=MADE_AT)
    assert len(inside(row)) == 3


def test_rules_of_a_large_store_are_carried_out_by_a_job(
    goods: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "SMALL_STORE", 2)
    row = by_rule(rule("title", "contains", "camp"))
    assert inside(row) == set()
    job = Job.objects.get(kind="catalog.collection")
    assert job.params["collection_id"] == row.pk
    assert filling.fill_collection(collection_id=row.pk, now=MADE_AT) == 1
    assert filling.fill_collection(collection_id=row.pk, now=MADE_AT) == 0
    assert filling.fill_collection(collection_id=999_999, now=MADE_AT) == 0
    assert inside(row) == {MUG}


def test_time_and_sales_move_goods_without_anybody_changing_them(
    goods: dict[str, Product], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, here = by_rule(rule("created", "within", "5")), by_rule(rule("stock", "set"), title="Here")
    assert inside(new) == {MUG, KETTLE}
    Product.objects.filter(pk=goods["mug"].pk).update(is_available=False)
    monkeypatch.setattr(filling, "utc_now", lambda: now)
    assert fill_drifting(now=now) == 2
    assert (inside(new), inside(here)) == (set(), {TEA})


@pytest.mark.parametrize(
    "one",
    [
        rule("password", "is", "x"),
        rule("title", "above", "x"),
        rule("title", "is", ""),
        rule("title", "is", "x" * 256),
        rule("price", "is", "-1"),
        rule("price", "is", "12,50"),
        rule("stock", "above", "1e9"),
        rule("stock", "above", "²"),
        rule("category", "is", "999999"),
        rule("created", "after", "2026-13-40"),
        rule("created", "within", "-3"),
        rule("custom:nothing", "is", "x"),
        rule("custom:capacity", "is", "NaN"),
        rule("custom:capacity", "is", "1e400"),
        {},
    ],
)
def test_a_rule_without_sense_is_refused_by_its_place(goods: dict[str, Product], one: dict[str, Any]) -> None:
    with pytest.raises(CollectionRefused) as caught:
        clean_rules([rule("title", "is", "fine"), one], read_vocabulary("USD"))
    assert caught.value.field == "rule_1"


@pytest.mark.parametrize("value", ["'; DROP TABLE x; --", '" || true || "', "\\", "%_", "{{ x }}", "\u202e\0", "$."])
def test_hostile_values_are_words_to_compare_with(goods: dict[str, Product], value: str) -> None:
    for field in ("title", "vendor", "tag", "custom:a__b.c-d"):
        try:
            row = by_rule(rule(field, "is", value), title=f"C {field}")
        except CollectionRefused:
            continue
        assert inside(row) == set()


def test_goods_are_put_in_by_hand_moved_and_taken_out(goods: dict[str, Product]) -> None:
    row = create_collection(title="Gifts", is_automatic=False, actor=ACTOR, now=MADE_AT)
    mug, kettle, tea = (goods[name].pk for name in ("mug", "kettle", "tea"))
    assert add_to_collection(collection_id=row.pk, product_ids=[tea, mug, tea, 999_999], actor=ACTOR, now=MADE_AT) == 2
    assert add_to_collection(collection_id=row.pk, product_ids=[mug, kettle], actor=ACTOR, now=MADE_AT) == 1

    def order() -> list[int]:
        return [one.pk for one in list_products_in(row)]

    assert order() == [tea, mug, kettle]
    for step, expected in (
        ("up", [tea, kettle, mug]),
        ("first", [kettle, tea, mug]),
        ("up", [kettle, tea, mug]),
        ("last", [tea, mug, kettle]),
    ):
        arrange_in_collection(collection_id=row.pk, product_id=kettle, step=step, actor=ACTOR, now=MADE_AT)  # type: ignore[arg-type]
        assert order() == expected
    assert remove_from_collection(collection_id=row.pk, product_ids=[mug, 5], actor=ACTOR, now=MADE_AT) == 1
    assert order() == [tea, kettle]
    assert [one.products_count for one in list_all_collections()] == [2]
    assert delete_collection(collection_id=row.pk, actor=ACTOR, now=MADE_AT) == "Gifts"
    assert Product.objects.count() == 3
    with pytest.raises(CollectionNotFound):
        delete_collection(collection_id=row.pk, actor=ACTOR, now=MADE_AT)


def test_one_by_rule_takes_nothing_by_hand_and_one_by_hand_no_rules(goods: dict[str, Product]) -> None:
    automatic = by_rule(rule("price", "above", "1000"))
    with pytest.raises(CollectionRefused):
        add_to_collection(collection_id=automatic.pk, product_ids=[goods["mug"].pk], actor=ACTOR, now=MADE_AT)
    hand = create_collection(title="Gifts", is_automatic=False, actor=ACTOR, now=MADE_AT)
    update_collection(
        collection_id=hand.pk,
        draft=CollectionDraft(title="Gifts", rules=[rule("price", "above", "1")], sort="price"),
        actor=ACTOR,
        now=MADE_AT,
    )
    hand.refresh_from_db()
    assert (hand.rules, hand.sort, inside(hand)) == ([], "price", set())


def test_collections_stand_in_the_merchants_order() -> None:
    rows = [create_collection(title=title, is_automatic=False, actor=ACTOR, now=MADE_AT) for title in ("A", "A", "C")]
    assert [one.handle for one in rows] == ["a", "a-2", "c"]
    arrange_collection(collection_id=rows[2].pk, step="up", actor=ACTOR, now=MADE_AT)
    arrange_collection(collection_id=rows[0].pk, step="up", actor=ACTOR, now=MADE_AT)
    assert [one.pk for one in list_all_collections()] == [rows[0].pk, rows[2].pk, rows[1].pk]


@pytest.mark.parametrize(
    "rules",
    [
        "word",
        ["word"],
        {"field": "title"},
        [{"field": "title", "relation": "is", "value": ["x"]}],
        [{"field": "title", "relation": ["is"], "value": "x"}],
        [{"field": 'custom:x" || true', "relation": "is", "value": "x"}],
        [{"field": "custom:x", "relation": "is", "value": {"a": 1}}],
        [{"field": "price", "relation": "above", "value": 10**40}],
        [{"field": "created", "relation": "after", "value": "soon"}],
        [{"field": "category", "relation": "is", "value": "x"}],
    ],
)
def test_rules_that_nobody_typed_here_fit_nothing_and_stop_nothing(goods: dict[str, Product], rules: Any) -> None:
    """An archive is a file that somebody else may have written."""
    row = by_rule(rule("title", "contains", "camp"))
    Collection.objects.filter(pk=row.pk).update(rules=rules)
    update_product(product_id=goods["mug"].pk, title=MUG, status="active", actor=ACTOR, now=MADE_AT)
    assert inside(row) == set()
    fill_drifting(now=MADE_AT)
