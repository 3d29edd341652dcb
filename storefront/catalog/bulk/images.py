"""Note where the pictures of many products are; somebody else fetches them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from storefront.catalog.bulk.rows import ImageRow, ProductRow
from storefront.catalog.enums import MediaKind
from storefront.catalog.models import ProductImage, ProductVariant

# The name that media storage gave a picture, in the address of any of its files.
_OWN_NAME = re.compile(r"/(?P<name>[A-Za-z0-9_]{20,40})-[0-9]{3,4}\.(?:webp|avif)$")
# An address, and what stands behind the picture: a video's address or a model's.
Place = tuple[str, str]


def write_images(rows: Sequence[ProductRow], ids: Mapping[str, int]) -> None:
    """Note where the pictures are; those that are here, by their address or as a file of ours, get the new text only."""
    with_images = [row for row in rows if row.images]
    if not with_images:
        return
    pictures = ProductImage.objects.filter(product_id__in=[ids[row.handle] for row in with_images])
    held, last = _find_held(pictures), dict[int, int]()
    for image in pictures:
        last[image.product_id] = max(last.get(image.product_id, 0), image.position)
    fresh, changed = [], []
    for row in with_images:
        product_id = ids[row.handle]
        for new in row.images:
            before = _find(held.get(product_id, {}), new)
            if before is None:
                last[product_id] = max(last.get(product_id, 0) + 1, new.position)
                fresh.append(_image(product_id, last[product_id], new))
            elif before.alt != new.alt:
                before.alt = new.alt
                changed.append(before)
    ProductImage.objects.bulk_create(fresh)
    ProductImage.objects.bulk_update(changed, ["alt"])


def write_variant_images(rows: Sequence[ProductRow], ids: Mapping[str, int]) -> None:
    """Tie versions to the pictures that their rows name by address; an empty address unties."""
    named = [row for row in rows if any(one.image_url is not None for one in row.variants)]
    if not named:
        return
    product_ids = [ids[row.handle] for row in named]
    pictures = {
        (image.product_id, address): image.pk
        for image in ProductImage.objects.filter(product_id__in=product_ids).order_by("-pk")
        for address in _addresses(image)
    }
    wanted = {
        (ids[row.handle], one.title): one.image_url
        for row in named
        for one in row.variants
        if one.image_url is not None
    }
    changed = []
    for variant in ProductVariant.objects.filter(product_id__in=product_ids):
        url = wanted.get((variant.product_id, variant.title))
        if url is None:
            continue
        names = [(variant.product_id, name) for name in (url, _own_name(url)) if name]
        image_id = next((pictures[name] for name in names if name in pictures), None)
        if image_id != variant.image_id and (image_id is not None or not url):
            variant.image_id = image_id
            changed.append(variant)
    ProductVariant.objects.bulk_update(changed, ["image"])


def _find_held(pictures: Iterable[ProductImage]) -> dict[int, dict[Place, ProductImage]]:
    """Return each product's pictures by every address that a file may name them by."""
    held: dict[int, dict[Place, ProductImage]] = {}
    for image in pictures:
        mine = held.setdefault(image.product_id, {})
        for address in _addresses(image):
            mine[address, image.video_url or image.model_source_url or image.model_path] = image
    return held


def _addresses(image: ProductImage) -> list[str]:
    return [address for address in (image.source_url, _own_name(f"/{image.path}")) if address]


def _find(held: Mapping[Place, ProductImage], row: ImageRow) -> ProductImage | None:
    for address in (row.source_url, _own_name(row.source_url)):
        for behind in (row.video_url or row.model_url, _path_of(row.model_url, held)):
            if address and (found := held.get((address, behind))):
                return found
    return None


def _path_of(url: str, held: Mapping[Place, ProductImage]) -> str:
    """Return which model of ours an address leads to."""
    return next((behind for _address, behind in held if behind and url.endswith(f"/{behind}")), "")


def _own_name(address: str) -> str:
    found = _OWN_NAME.search(address)
    return found["name"] if found else ""


def _image(product_id: int, position: int, row: ImageRow) -> ProductImage:
    return ProductImage(
        product_id=product_id,
        position=position,
        kind=MediaKind.VIDEO if row.video_url else MediaKind.IMAGE,
        source_url=row.source_url,
        video_url=row.video_url,
        model_source_url=row.model_url,
        usdz_source_url=row.usdz_url if row.model_url else "",
        alt=row.alt,
        path="",
        width=0,
        height=0,
    )
