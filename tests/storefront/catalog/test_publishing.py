"""What is scheduled comes alive at its moment; goods are copied, and deleted when nobody needs them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.errors import InvalidInput
from core.events import _handlers, subscribe
from core.outbox.models import OutboxMessage
from storefront.catalog.errors import ProductHeld, ProductNotFound
from storefront.catalog.events import HandleChanged
from storefront.catalog.models import BundleItem, Collection, CollectionProduct, Product, ProductImage, ProductVariant
from storefront.catalog.selectors import active_products
from storefront.catalog.services import (
    OptionDraft,
    add_image,
    create_product,
    delete_product,
    duplicate_product,
    publish_due,
    set_options,
    set_status,
    update_product,
)
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, picture_file
from tests.storefront.goods import make_variant

pytestmark = pytest.mark.usefixtures("in_acme")


def test_a_scheduled_product_is_nobodys_before_its_moment_and_everybodys_after(now: datetime) -> None:
    moment = now + timedelta(hours=3)
    product = create_product(title="Mug", price_amount=1, status="scheduled", published_at=moment, actor=ACTOR, now=now)
    assert list(active_products()) == []
    wake = OutboxMessage.objects.get(task="storefront.catalog.publish_due")
    assert wake.available_at == moment
    assert publish_due(now=moment - timedelta(seconds=1)) == 0
    assert publish_due(now=moment) == 1
    assert publish_due(now=moment) == 0
    product.refresh_from_db()
    assert (product.status, product.published_at) == ("active", moment)
    assert list(active_products()) == [product]


def test_a_moment_that_has_come_is_now_and_one_that_is_missing_is_asked_for(now: datetime) -> None:
    product = make_product(status="draft")
    with pytest.raises(InvalidInput) as caught:
        update_product(product_id=product.pk, title="Mug", status="scheduled", actor=ACTOR, now=now)
    assert caught.value.field == "published_at"
    with pytest.raises(InvalidInput):
        set_status(
            product_ids=[product.pk],
            status="scheduled",
            published_at=now + timedelta(days=9999),
            actor=ACTOR,
            now=now,
        )
    past = now - timedelta(days=2)
    set_status(product_ids=[product.pk], status="scheduled", published_at=past, actor=ACTOR, now=now)
    product.refresh_from_db()
    assert product.status == "active"


def test_a_moment_goes_when_the_product_does_not_wait_for_it_any_more(now: datetime) -> None:
    product = make_product(status="draft")
    moment = now + timedelta(days=90)
    set_status(product_ids=[product.pk], status="scheduled", published_at=moment, actor=ACTOR, now=now)
    # Nothing waits in the outbox for three months: the hourly look finds it.
    assert not OutboxMessage.objects.filter(task="storefront.catalog.publish_due").exists()
    set_status(product_ids=[product.pk], status="draft", actor=ACTOR, now=now)
    product.refresh_from_db()
    assert product.published_at is None
    set_status(product_ids=[product.pk], status="scheduled", published_at=moment, actor=ACTOR, now=now)
    set_status(product_ids=[product.pk], status="active", actor=ACTOR, now=now)
    product.refresh_from_db()
    assert product.published_at == now


def test_a_changed_address_is_told_and_the_same_one_is_not(now: datetime) -> None:
    product = make_product("Mug")
    heard: list[HandleChanged] = []
    subscribe(HandleChanged, heard.append)
    try:
        update_product(product_id=product.pk, title="Mug", handle="mug", status="active", actor=ACTOR, now=now)
        update_product(product_id=product.pk, title="Mug", handle="Big mug", status="active", actor=ACTOR, now=now)
    finally:
        _handlers[HandleChanged].remove(heard.append)
    assert heard == [HandleChanged("product", "mug", "big-mug")]


def test_a_copy_has_all_but_stock_barcodes_and_fame(now: datetime, media_root: Path) -> None:
    only = make_variant("Mug", price=1800, stock=5, sku="M-1", tags=["camp"])
    set_options(product_id=only.product_id, options=[OptionDraft("Color", ["Red", "Blue"])], actor=ACTOR, now=MADE_AT)
    picture = add_image(product_id=only.product_id, file=picture_file(), alt="Front", now=now)
    ProductImage.objects.update(state="ready")
    ProductVariant.objects.filter(pk=only.pk).update(barcode="96385074", image=picture)
    Product.objects.update(sold_count=7, reviews_count=1, rating_sum=5)
    gifts = Collection.objects.create(title="Gifts", handle="gifts")
    CollectionProduct.objects.create(collection=gifts, product_id=only.product_id, position=3)
    copy = duplicate_product(product_id=only.product_id, actor=ACTOR, now=now)
    assert (copy.title, copy.handle, copy.status) == ("Copy of Mug", "copy-of-mug", "draft")
    assert (copy.sold_count, copy.reviews_count, copy.tags, copy.option_names) == (0, 0, ["camp"], ["Color"])
    rows = copy.variants.order_by("position").values_list("title", "price_amount", "sku", "barcode", "available_count")
    assert list(rows) == [("Red", 1800, "M-1", "", 0), ("Blue", 1800, "", "", 0)]
    image = copy.images.get()
    assert image.path != picture.path and image.alt == "Front"
    assert (media_root / picture.path).parent == (media_root / image.path).parent
    assert copy.variants.get(title="Red").image_id == image.pk
    assert copy.collections.get() == gifts
    delete_product(product_id=only.product_id, actor=ACTOR, now=now)
    assert copy.images.get().path == image.path


def test_a_product_that_something_needs_is_not_deleted(now: datetime) -> None:
    mug, bundle = make_variant("Mug"), make_variant("Set")
    BundleItem.objects.create(bundle=bundle, component=mug)
    with pytest.raises(ProductHeld) as caught:
        delete_product(product_id=mug.product_id, actor=ACTOR, now=now)
    assert caught.value.reasons == ["“Mug” is part of the set “Set”. Take it out of the set first."]
    assert delete_product(product_id=bundle.product_id, actor=ACTOR, now=now) == "Set"
    assert delete_product(product_id=mug.product_id, actor=ACTOR, now=now) == "Mug"
    assert Product.objects.count() == 0
    with pytest.raises(ProductNotFound):
        delete_product(product_id=mug.product_id, actor=ACTOR, now=now)
