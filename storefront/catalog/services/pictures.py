"""A product's pictures: added, described, put in order, taken away."""

from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from core.events import publish
from core.ids import new_token
from core.tenancy import current_tenant
from storefront.catalog.errors import PictureRefused, ProductNotFound
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Product, ProductImage
from storefront.catalog.pictures import NAMED_WIDTH, WIDTHS, encode_picture
from storefront.catalog.services.summary import refresh_product_summary
from tenants.fleet.services.room import require_room

MAXIMUM_PICTURES = 20
ALT_LENGTH = 500


def store_picture(file: IO[bytes], *, folder: str = "products") -> tuple[str, int, int]:
    """Check and encode a picture, keep its widths in media storage and return (path, width, height).

    `path` names the 800 px file; its sisters end in -400 and -1600.
    Raises: PictureRefused, StorageFull; nothing is stored then.
    """
    encoded = encode_picture(file)
    require_room(tenant=current_tenant(), bytes_count=sum(map(len, encoded.files.values())))
    stem = f"{folder}/{new_token()}"
    for width, data in encoded.files.items():
        default_storage.save(f"{stem}-{width}.webp", ContentFile(data))
    return f"{stem}-{NAMED_WIDTH}.webp", encoded.width, encoded.height


def clear_picture(path: str) -> None:
    """Delete a stored picture in all its widths; pictures that were not made here stay."""
    ending = f"-{NAMED_WIDTH}.webp"
    if path.endswith(ending):
        for width in WIDTHS:
            default_storage.delete(f"{path.removesuffix(ending)}-{width}.webp")


def add_image(*, product_id: int, file: IO[bytes], alt: str, now: datetime) -> ProductImage:
    """Add a picture as the product's last one.

    Raises: PictureRefused, ProductNotFound.
    """
    path, width, height = store_picture(file)
    try:
        with transaction.atomic():
            product = lock_product(product_id)
            rows = ProductImage.objects.filter(product=product)
            if rows.count() >= MAXIMUM_PICTURES:
                raise PictureRefused(_("A product has at most 20 pictures."), field="picture")
            last = rows.aggregate(last=Max("position"))["last"] or 0
            image = ProductImage.objects.create(
                product=product, position=last + 1, path=path, width=width, height=height, alt=alt.strip()[:ALT_LENGTH]
            )
            Product.objects.filter(pk=product.pk).update(updated_at=now)
            _touch(product.pk)
    except Exception:
        clear_picture(path)
        raise
    return image


def describe_image(*, image_id: int, alt: str) -> ProductImage:
    """Write what a picture shows, for those who do not see it.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        image = _lock_image(image_id)
        image.alt = alt.strip()[:ALT_LENGTH]
        image.save(update_fields=["alt"])
        _touch(image.product_id)
    return image


def move_image(*, image_id: int, by: int) -> None:
    """Move a picture one place to the front (`by` = -1) or to the back (1); at an end it stays.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        image = _lock_image(image_id)
        rows = list(ProductImage.objects.filter(product_id=image.product_id).order_by("position", "id"))
        here = next(index for index, row in enumerate(rows) if row.pk == image_id)
        there = min(max(here + by, 0), len(rows) - 1)
        rows.insert(there, rows.pop(here))
        for position, row in enumerate(rows, start=1):
            row.position = position
        ProductImage.objects.bulk_update(rows, ["position"])
        _touch(image.product_id)


def remove_image(*, image_id: int) -> None:
    """Take a picture away; its files go when the transaction has committed.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        image = _lock_image(image_id)
        ProductImage.objects.filter(product_id=image.product_id, position__gt=image.position).update(
            position=F("position") - 1
        )
        image.delete()
        _touch(image.product_id)
        transaction.on_commit(lambda: clear_picture(image.path))


def _lock_image(image_id: int) -> ProductImage:
    image = ProductImage.objects.filter(pk=image_id).first()
    if image is None:
        raise ProductNotFound(_("This picture is gone. Somebody may have deleted it a moment ago."))
    lock_product(image.product_id)
    return image


def _touch(product_id: int) -> None:
    refresh_product_summary([product_id])
    publish(ProductChanged((product_id,)))
