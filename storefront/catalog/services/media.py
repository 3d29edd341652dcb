"""What a product's gallery holds: pictures, videos and 3D models, added, described, put in order, taken away."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.tenancy import current_tenant
from storefront.catalog.enums import MediaKind, MediaState
from storefront.catalog.errors import PictureRefused, ProductNotFound, ShapeRefused, VideoRefused
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.catalog.services.pictures import StoredPicture, ask_for_files, clear_picture, keep_upload
from storefront.catalog.services.summary import touch_products
from storefront.catalog.shapes import read_glb, read_usdz
from storefront.catalog.videos import read_video_address
from tenants.fleet.services.room import require_room

MAXIMUM_PICTURES = 20
ALT_LENGTH = 500


def add_image(*, product_id: int, file: IO[bytes], alt: str, now: datetime) -> ProductImage:
    """Add a picture as the product's last one; it can be seen at once, its other files are made in the background.

    Raises: PictureRefused, ProductNotFound, StorageFull.
    """
    return _add(product_id, keep_upload(file), now=now, alt=alt)


def add_video(*, product_id: int, address: str, title: str, poster: IO[bytes], now: datetime) -> ProductImage:
    """Add a video by its address, with the picture that stands for it until somebody plays it.

    Raises: VideoRefused, PictureRefused, ProductNotFound, StorageFull.
    """
    video = read_video_address(address)
    if not title.strip():
        raise VideoRefused(_("Give the video a title, for those who cannot see it."), field="video_title")
    return _add(product_id, _keep_poster(poster), now=now, alt=title, kind=MediaKind.VIDEO, video_url=video.address)


def add_model(
    *, product_id: int, glb: IO[bytes], usdz: IO[bytes] | None, poster: IO[bytes], alt: str, now: datetime
) -> ProductImage:
    """Add a 3D model with the picture that stands for it until somebody asks for it.

    Raises: ShapeRefused, PictureRefused, ProductNotFound, StorageFull.
    """
    if not alt.strip():
        raise ShapeRefused(_("Say what the model shows, for those who cannot see it."), field="model_alt")
    files = _keep_shapes(glb, usdz)
    try:
        stored = _keep_poster(poster)
        try:
            return _add(product_id, stored, now=now, alt=alt, kind=MediaKind.MODEL, **files)
        except Exception:
            clear_picture(stored.path)
            raise
    except Exception:
        _clear_files(list(files.values()))
        raise


def give_model(*, image_id: int, glb: IO[bytes], usdz: IO[bytes] | None, now: datetime) -> None:
    """Put a 3D model behind a picture that waited for it; one that has its model by now stays as it is.

    Raises: ShapeRefused, StorageFull.
    """
    files = _keep_shapes(glb, usdz)
    try:
        with transaction.atomic():
            waiting = ProductImage.objects.filter(pk=image_id, model_path="")
            given = waiting.update(kind=MediaKind.MODEL, **files)
            for product_id in ProductImage.objects.filter(pk=image_id).values_list("product_id", flat=True):
                Product.objects.filter(pk=product_id).update(updated_at=now)
                touch_products([product_id])
    except Exception:
        _clear_files(list(files.values()))
        raise
    if not given:
        _clear_files(list(files.values()))


def attach_pictures(
    product: Product, stored: Sequence[StoredPicture], *, alts: Sequence[str] = ()
) -> list[ProductImage]:
    """Put kept pictures at the end of a locked product's gallery and ask for their files; the caller refreshes its card.

    Raises: PictureRefused.
    """
    rows = ProductImage.objects.filter(product=product)
    if rows.count() + len(stored) > MAXIMUM_PICTURES:
        raise PictureRefused(_("A product has at most 20 pictures."), field="picture")
    last = rows.aggregate(last=Max("position"))["last"] or 0
    made = ProductImage.objects.bulk_create(
        ProductImage(
            product=product,
            position=last + place,
            path=one.path,
            width=one.width,
            height=one.height,
            formats=dict(one.formats),
            state=MediaState.PENDING,
            alt=(alts[place - 1] if place <= len(alts) else "").strip()[:ALT_LENGTH],
        )
        for place, one in enumerate(stored, start=1)
    )
    ask_for_files([row.pk for row in made])
    return made


def describe_image(*, image_id: int, alt: str) -> ProductImage:
    """Write what a picture shows, for those who do not see it.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        image = _lock_image(image_id)
        image.alt = alt.strip()[:ALT_LENGTH]
        image.save(update_fields=["alt"])
        touch_products([image.product_id])
    return image


def move_image(*, image_id: int, by: int) -> None:
    """Move a picture one place to the front (`by` = -1) or to the back (1); at an end it stays.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        image = _lock_image(image_id)
        keys = list(_in_order(image.product_id).values_list("pk", flat=True))
        here = keys.index(image_id)
        there = min(max(here + by, 0), len(keys) - 1)
        keys.insert(there, keys.pop(here))
        _put_in_order(image.product_id, keys)


def arrange_images(*, product_id: int, image_ids: Sequence[int]) -> None:
    """Put a product's gallery in this order; what is not named goes behind, what is not its own is left out.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        lock_product(product_id)
        keys = list(_in_order(product_id).values_list("pk", flat=True))
        first = [pk for pk in dict.fromkeys(image_ids) if pk in keys]
        _put_in_order(product_id, first + [pk for pk in keys if pk not in first])


def remove_image(*, image_id: int) -> None:
    """Take a picture, video or model away; its files go when the transaction has committed.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        image = _lock_image(image_id)
        product_id, path, files = image.product_id, image.path, [image.model_path, image.usdz_path]
        image.delete()
        _put_in_order(product_id, list(_in_order(product_id).values_list("pk", flat=True)))
        transaction.on_commit(lambda: clear_picture(path))
        transaction.on_commit(lambda: _clear_files(files))


def show_variant_with(*, variant_id: int, image_id: int | None) -> None:
    """Choose the picture that a version is shown with; None is the product's own.

    Raises: ProductNotFound for a picture of another product.
    """
    with transaction.atomic():
        variant = ProductVariant.objects.filter(pk=variant_id).first()
        if variant is None or (
            image_id is not None and not ProductImage.objects.filter(pk=image_id, product=variant.product_id).exists()
        ):
            raise ProductNotFound(_("This picture is gone. Somebody may have deleted it a moment ago."))
        lock_product(variant.product_id)
        ProductVariant.objects.filter(pk=variant_id).update(image_id=image_id)
        touch_products([variant.product_id])


def _add(product_id: int, stored: StoredPicture, *, now: datetime, alt: str, **more: str) -> ProductImage:
    try:
        with transaction.atomic():
            product = lock_product(product_id)
            (image,) = attach_pictures(product, [stored], alts=[alt])
            if more:
                ProductImage.objects.filter(pk=image.pk).update(**more)
                image.refresh_from_db()
            Product.objects.filter(pk=product.pk).update(updated_at=now)
            touch_products([product.pk])
    except Exception:
        clear_picture(stored.path)
        raise
    return image


def _keep_shapes(glb: IO[bytes], usdz: IO[bytes] | None) -> dict[str, str]:
    """Check and store a model's files and return the columns that name them; nothing is stored where one is refused."""
    shapes = {"model_path": read_glb(glb), "usdz_path": read_usdz(usdz) if usdz is not None else None}
    require_room(tenant=current_tenant(), bytes_count=sum(len(one.data) for one in shapes.values() if one is not None))
    stem, kept = f"models/{new_token()}", {"model_path": "", "usdz_path": ""}
    try:
        for name, one in shapes.items():
            if one is not None:
                kept[name] = default_storage.save(f"{stem}{one.ending}", ContentFile(one.data))
    except Exception:
        _clear_files(list(kept.values()))
        raise
    return kept


def _keep_poster(poster: IO[bytes]) -> StoredPicture:
    try:
        return keep_upload(poster)
    except PictureRefused as error:
        raise PictureRefused(str(error), field="poster") from error


def _lock_image(image_id: int) -> ProductImage:
    image = ProductImage.objects.filter(pk=image_id).first()
    if image is None:
        raise ProductNotFound(_("This picture is gone. Somebody may have deleted it a moment ago."))
    lock_product(image.product_id)
    return image


def _in_order(product_id: int) -> QuerySet[ProductImage]:
    return ProductImage.objects.filter(product_id=product_id).order_by("position", "id")


def _put_in_order(product_id: int, keys: Sequence[int]) -> None:
    ProductImage.objects.bulk_update(
        [ProductImage(pk=pk, position=place) for place, pk in enumerate(keys, start=1)], ["position"]
    )
    touch_products([product_id])


def _clear_files(paths: Sequence[str]) -> None:
    for path in paths:
        if path:
            default_storage.delete(path)
