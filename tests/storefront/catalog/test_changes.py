"""Deeds over many goods go back exactly, and never over what somebody did since."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from storefront.catalog.errors import ChangeSetNotFound, UndoRefused
from storefront.catalog.models import (
    ChangeRow,
    ChangeSet,
    Collection,
    CollectionProduct,
    PriceChange,
    Product,
    ProductImage,
    ProductVariant,
)
from storefront.catalog.services import (
    add_to_change_set,
    add_variant,
    create_product,
    open_change_set,
    purge_change_sets,
    record_change_set,
    remove_variant,
    set_status,
    snapshot_products,
    undo_change_set,
    update_product,
    update_variant,
)
from storefront.catalog.services.changes.snapshots import (
    IMAGE_COLUMNS,
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    read_products,
)
from storefront.inventory.bulk import set_sellable_stock
from tests.storefront.catalog.making import ACTOR, MADE_AT, statements
from tests.storefront.goods import make_variant

pytestmark = pytest.mark.usefixtures("in_acme")


def make_mug(title: str = "Mug") -> Product:
    """Return a product in two versions, with stock, a picture, tags and a collection."""
    product = make_variant(title, price=1800, stock=5).product
    for color in ("Red", "Blue"):
        add_variant(
            product_id=product.pk,
            option_names=["Color"],
            option_values=[color],
            price_amount=1800,
            actor=ACTOR,
            now=MADE_AT,
        )
    product.refresh_from_db()
    ProductImage.objects.create(product=product, position=1, path="", width=1, height=1, alt="Front")
    collection, _made = Collection.objects.get_or_create(title="Gifts", handle="gifts")
    CollectionProduct.objects.create(collection=collection, product=product, position=7)
    return product


def change_everything(product: Product, now: datetime) -> None:
    """Do to a product what an import could do, and more."""
    update_product(
        product_id=product.pk,
        title="<script>Cup</script>",
        handle="cup",
        vendor="Else",
        tags=["new"],
        status="draft",
        description_html="<p>Other</p>",
        actor=ACTOR,
        now=now,
    )
    red, blue = ProductVariant.objects.filter(product=product).order_by("position")
    update_variant(variant_id=red.pk, price_amount=1500, compare_at_amount=1800, sku="R", actor=ACTOR, now=now)
    remove_variant(variant_id=blue.pk, actor=ACTOR, now=now)
    add_variant(product_id=product.pk, option_names=[], option_values=["Green"], price_amount=9, actor=ACTOR, now=now)
    set_sellable_stock(rows=[(red.pk, 50)], actor=ACTOR, now=now)
    CollectionProduct.objects.filter(product=product).delete()
    ProductImage.objects.filter(product=product).update(alt="Other")
    ProductImage.objects.create(product=product, position=2, path="", width=1, height=1)


def test_every_column_of_goods_is_kept_or_follows_by_itself() -> None:
    follows = {"id", "product", "created_at", "updated_at", "available_count"}
    summary = {
        *("min_price_amount", "max_price_amount", "compare_at_amount", "is_available", "variants_count", "cover"),
        *("sold_count", "rating_sum", "reviews_count", "issue_codes"),
    }
    files = {
        *(
            "kind",
            "state",
            "path",
            "formats",
            "source_url",
            "video_url",
            "model_path",
            "usdz_path",
            "width",
            "height",
            "model_source_url",
            "usdz_source_url",
        )
    }
    for model, kept, other in (
        (Product, PRODUCT_COLUMNS, follows | summary),
        (ProductVariant, VARIANT_COLUMNS, follows),
        (ProductImage, IMAGE_COLUMNS, follows | files),
    ):
        columns = {field.name for field in model._meta.fields}
        assert columns == {name.removesuffix("_id") for name in kept} | (columns & other), model


def test_all_of_it_goes_back_exactly(now: datetime) -> None:
    mugs = [make_mug("Mug"), make_mug("Pot")]
    ids = [mug.pk for mug in mugs]
    was = read_products(ids)
    with transaction.atomic():
        before = snapshot_products([*ids, 999_999])
        change_everything(mugs[0], now)
        set_status(product_ids=ids, status="archived", actor=ACTOR, now=now)
        made = create_product(title="New", price_amount=5, actor=ACTOR, now=now)
        change_set = record_change_set(
            title="Everything", before=before, product_ids=[*ids, made.pk], actor=ACTOR, now=now
        )
    assert before == was
    assert change_set is not None
    undone = undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now + timedelta(hours=23))
    assert (undone.restored_count, undone.archived_count, undone.left_alone) == (2, 1, [])
    assert read_products(ids) == was
    made.refresh_from_db()
    assert made.status == "archived"
    mugs[0].refresh_from_db()
    assert (mugs[0].min_price_amount, mugs[0].variants_count, mugs[0].is_available) == (1800, 2, True)
    red = ProductVariant.objects.get(product=mugs[0], title="Red")
    prices = PriceChange.objects.filter(variant=red).order_by("id").values_list("price_amount", flat=True)
    assert list(prices) == [1800, 1500, 1800]


def test_what_changed_again_stays_and_is_named_and_the_rest_goes_back(now: datetime) -> None:
    mug, pot, gone = make_mug("Mug"), make_mug("Pot"), make_mug("Gone")
    ids = [mug.pk, pot.pk, gone.pk]
    with transaction.atomic():
        before = snapshot_products(ids)
        for product in (mug, pot, gone):
            for variant in ProductVariant.objects.filter(product=product):
                update_variant(
                    variant_id=variant.pk, price_amount=1000, compare_at_amount=None, sku="", actor=ACTOR, now=now
                )
        change_set = record_change_set(title="Prices", before=before, product_ids=ids, actor=ACTOR, now=now)
    red = ProductVariant.objects.get(product=mug, title="Red")
    update_variant(variant_id=red.pk, price_amount=900, compare_at_amount=None, sku="", actor=ACTOR, now=now)
    # Another column than the deed's is nobody's conflict.
    update_product(product_id=pot.pk, title="Teapot", status="active", actor=ACTOR, now=now)
    gone.delete()
    undone = undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now)
    assert undone.restored_count == 1
    assert [(one.title, one.reason) for one in undone.left_alone] == [
        ("Mug", "Changed again since: Price."),
        ("", "It was deleted since."),
    ]
    assert "2 have changed again and stay." in undone.sentence()
    red.refresh_from_db()
    assert red.price_amount == 900
    pot.refresh_from_db()
    assert (pot.title, pot.min_price_amount) == ("Teapot", 1800)


def test_sales_since_count_when_stock_goes_back(now: datetime) -> None:
    variant = make_variant("Mug", stock=5)
    with transaction.atomic():
        before = snapshot_products([variant.product_id])
        set_sellable_stock(rows=[(variant.pk, 50)], actor=ACTOR, now=now)
        change_set = record_change_set(
            title="Stock", before=before, product_ids=[variant.product_id], actor=ACTOR, now=now
        )
    set_sellable_stock(rows=[(variant.pk, 47)], actor="a shopper", now=now)
    undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now)
    variant.refresh_from_db()
    assert variant.available_count == 2


def test_an_address_that_another_product_has_by_now_is_not_taken_from_it(now: datetime) -> None:
    mug, pot = make_mug("Mug"), make_mug("Pot")
    with transaction.atomic():
        before = snapshot_products([mug.pk, pot.pk])
        for product, handle in ((mug, "cup"), (pot, "can")):
            update_product(product_id=product.pk, title="X", handle=handle, status="active", actor=ACTOR, now=now)
        change_set = record_change_set(title="H", before=before, product_ids=[mug.pk, pot.pk], actor=ACTOR, now=now)
    create_product(title="Mug", price_amount=1, actor=ACTOR, now=now)
    undone = undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now)
    assert [one.product_id for one in undone.left_alone] == [mug.pk]
    pot.refresh_from_db()
    mug.refresh_from_db()
    assert (mug.title, mug.handle, pot.title, pot.handle) == ("X", "cup", "Pot", "pot")


def test_it_can_be_undone_once_and_in_time_only(now: datetime) -> None:
    mug = make_mug()
    with transaction.atomic():
        before = snapshot_products([mug.pk])
        set_status(product_ids=[mug.pk], status="draft", actor=ACTOR, now=now)
        change_set = record_change_set(title="Draft", before=before, product_ids=[mug.pk], actor=ACTOR, now=now)
    with pytest.raises(UndoRefused):
        undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now + timedelta(hours=24))
    undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now)
    with pytest.raises(UndoRefused):
        undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now)
    with pytest.raises(ChangeSetNotFound):
        undo_change_set(change_set_id=999_999, actor=ACTOR, now=now)
    assert purge_change_sets(now=now + timedelta(hours=23)) == 0
    assert purge_change_sets(now=now + timedelta(hours=24)) == 1
    assert (ChangeSet.objects.count(), ChangeRow.objects.count()) == (0, 0)


def test_what_changes_nothing_is_no_deed(now: datetime) -> None:
    mug = make_mug()
    with transaction.atomic():
        before = snapshot_products([mug.pk])
        assert record_change_set(title="Nothing", before=before, product_ids=[mug.pk], actor=ACTOR, now=now) is None
    assert ChangeSet.objects.count() == 0


def test_a_product_that_two_batches_change_goes_back_to_before_the_first(now: datetime) -> None:
    mug = make_mug()
    was = read_products([mug.pk])
    change_set = open_change_set(title="Import", actor=ACTOR, now=now)
    for title, price in (("One", 100), ("Two", 200)):
        with transaction.atomic():
            before = snapshot_products([mug.pk])
            update_product(product_id=mug.pk, title=title, status="draft", actor=ACTOR, now=now)
            red = ProductVariant.objects.get(product=mug, title="Red")
            update_variant(variant_id=red.pk, price_amount=price, compare_at_amount=None, sku="", actor=ACTOR, now=now)
            add_to_change_set(change_set=change_set, before=before, product_ids=[mug.pk])
    undone = undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now)
    assert undone.left_alone == []
    assert read_products([mug.pk]) == was


def test_statements_do_not_grow_with_the_goods(now: datetime) -> None:
    def cost(count: int) -> tuple[int, int]:
        ids = [make_variant(f"Mug {count} {number}").product_id for number in range(count)]
        with statements() as recorded, transaction.atomic():
            before = snapshot_products(ids)
            set_status(product_ids=ids, status="draft", actor=ACTOR, now=now)
            change_set = record_change_set(title="Draft", before=before, product_ids=ids, actor=ACTOR, now=now)
        with statements() as undone:
            undo_change_set(change_set_id=change_set.pk, actor=ACTOR, now=now)
        return len(recorded), len(undone)

    assert cost(3) == cost(30)
