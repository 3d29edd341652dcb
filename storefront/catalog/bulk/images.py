"""Note where the pictures of many products are; somebody else fetches them."""

from collections.abc import Mapping, Sequence

from storefront.catalog.bulk.rows import ProductRow
from storefront.catalog.models import ProductImage, ProductVariant


def write_images(rows: Sequence[ProductRow], ids: Mapping[str, int]) -> None:
    """Note where the pictures are; those that are known by their address get the new text only."""
    with_images = [row for row in rows if row.images]
    if not with_images:
        return
    held: dict[int, dict[str, ProductImage]] = {}
    last: dict[int, int] = {}
    for image in ProductImage.objects.filter(product_id__in=[ids[row.handle] for row in with_images]):
        last[image.product_id] = max(last.get(image.product_id, 0), image.position)
        held.setdefault(image.product_id, {})[image.source_url] = image
    fresh, changed = [], []
    for row in with_images:
        product_id = ids[row.handle]
        for new in row.images:
            before = held.get(product_id, {}).get(new.source_url)
            if before is None:
                last[product_id] = max(last.get(product_id, 0) + 1, new.position)
                fresh.append(
                    ProductImage(
                        product_id=product_id,
                        position=last[product_id],
                        source_url=new.source_url,
                        alt=new.alt,
                        path="",
                        width=0,
                        height=0,
                    )
                )
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
        (product_id, url): pk
        for pk, product_id, url in ProductImage.objects.filter(product_id__in=product_ids)
        .exclude(source_url="")
        .order_by("-pk")
        .values_list("pk", "product_id", "source_url")
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
        image_id = pictures.get((variant.product_id, url)) if url else None
        if image_id != variant.image_id and (image_id is not None or not url):
            variant.image_id = image_id
            changed.append(variant)
    ProductVariant.objects.bulk_update(changed, ["image"])
