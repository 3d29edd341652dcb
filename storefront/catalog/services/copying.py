"""A product twice, or not at all any more."""

import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from core.events import publish
from core.ids import new_token
from core.tenancy import current_tenant
from storefront.catalog.enums import MediaKind, MediaState, ProductStatus
from storefront.catalog.errors import ProductHeld
from storefront.catalog.events import DeletionAsked, ProductChanged
from storefront.catalog.locks import lock_product
from storefront.catalog.models import BundleItem, CollectionProduct, Product, ProductImage, ProductVariant
from storefront.catalog.pictures import NAMED_WIDTH, WIDTHS
from storefront.catalog.services.handles import insert_with_handle
from storefront.catalog.services.pictures import clear_picture
from storefront.catalog.services.products import TITLE_LENGTH
from storefront.catalog.services.summary import refresh_product_summary
from tenants.fleet.services.room import require_room

# What a copy does not have in common with what it was copied from: numbers, sales, stock and what others say of it.
_OWN = ("id", "handle", "status", "published_at", "sold_count", "rating_sum", "reviews_count", "issue_codes")
_OWN_OF_VARIANT = ("id", "product", "barcode", "available_count", "image")
_FORMS = ("webp", "avif")

logger = logging.getLogger(__name__)


def duplicate_product(*, product_id: int, actor: str, now: datetime, title: str = "") -> Product:
    """Make a draft that is like a product, with its pictures, versions and collections, without its stock and barcodes.

    Raises: ProductNotFound, StorageFull.
    """
    stored: list[str] = []
    try:
        with transaction.atomic():
            model = lock_product(product_id)
            copy = Product(**_values(model, _OWN))
            copy.title = (title.strip() or _("Copy of %(title)s") % {"title": model.title})[:TITLE_LENGTH]
            copy.status, copy.created_at, copy.updated_at = ProductStatus.DRAFT, now, now
            insert_with_handle(copy, title=copy.title)
            images = _copy_images(model, copy, stored)
            for variant in ProductVariant.objects.filter(product=model).order_by("position"):
                image = images.get(variant.image_id) if variant.image_id else None
                ProductVariant.objects.create(product=copy, image=image, **_values(variant, _OWN_OF_VARIANT))
            _copy_places(model, copy)
            refresh_product_summary([copy.pk])
            publish(ProductChanged((copy.pk,)))
    except Exception:
        for path in stored:
            clear_picture(path)
        raise
    copy.refresh_from_db()
    logger.info("product %s copied as %s by %s", product_id, copy.pk, actor)
    return copy


def delete_product(*, product_id: int, actor: str, now: datetime) -> str:
    """Delete a product for good and return its title; orders that are done keep their own words and prices.

    Raises: ProductNotFound, ProductHeld while an open order or a set of goods needs it.
    """
    with transaction.atomic():
        product = lock_product(product_id)
        question = DeletionAsked(product_ids=(product_id,))
        sets = BundleItem.objects.filter(component__product=product).exclude(bundle__product=product)
        question.reasons += [
            _("“%(title)s” is part of the set “%(bundle)s”. Take it out of the set first.")
            % {"title": product.title, "bundle": one}
            for one in sorted(set(sets.values_list("bundle__product__title", flat=True)[:3]))
        ]
        publish(question)
        if question.reasons:
            raise ProductHeld(question.reasons)
        paths = [path for path in ProductImage.objects.filter(product=product).values_list("path", flat=True) if path]
        BundleItem.objects.filter(bundle__product=product).delete()
        try:
            product.delete()
        except ProtectedError as error:
            raise ProductHeld([_("Something else in the store still needs this product.")]) from error
        publish(ProductChanged((product_id,)))
        for path in paths:
            transaction.on_commit(partial(clear_picture, path))
    logger.info("product %s deleted by %s", product_id, actor)
    return product.title


def _values(row: Model, own: tuple[str, ...]) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields if field.name not in own}


def _copy_images(model: Product, copy: Product, stored: list[str]) -> dict[int, ProductImage]:
    """Give the copy pictures of its own and return them by the id of the one each is like; 3D models stay behind."""
    made: dict[int, ProductImage] = {}
    ready = ProductImage.objects.filter(product=model, state=MediaState.READY).exclude(kind=MediaKind.MODEL)
    for position, image in enumerate(ready.order_by("position", "id"), start=1):
        values = _values(image, ("id", "product", "position", "path"))
        path = _copy_files(image.path, stored)
        made[image.pk] = ProductImage.objects.create(product=copy, position=position, path=path, **values)
    return made


def _copy_files(path: str, stored: list[str]) -> str:
    """Copy a picture's files under a new name and return it; pictures that were not made here are everybody's."""
    ending = f"-{NAMED_WIDTH}.webp"
    if not path.endswith(ending):
        return path
    stem = path.removesuffix(ending)
    fresh = f"{stem.rpartition('/')[0]}/{new_token()}"
    stored.append(f"{fresh}{ending}")
    for width in WIDTHS:
        for form in _FORMS:
            name = f"{stem}-{width}.{form}"
            if default_storage.exists(name):
                require_room(tenant=current_tenant(), bytes_count=default_storage.size(name))
                with default_storage.open(name) as file:
                    default_storage.save(f"{fresh}-{width}.{form}", file)
    return f"{fresh}{ending}"


def _copy_places(model: Product, copy: Product) -> None:
    """Put the copy into the collections that the product was put into by hand."""
    places = CollectionProduct.objects.filter(product=model, collection__is_automatic=False)
    CollectionProduct.objects.bulk_create(
        CollectionProduct(collection_id=collection_id, product=copy, position=position)
        for collection_id, position in places.values_list("collection_id", "position")
    )
