"""What a product's card repeats from its variants and pictures."""

from collections.abc import Iterable

from django.db import connection

from core.events import publish
from storefront.catalog.events import ProductChanged

# {wanted} are rows of one column `id`, {variants} is where variants are read.
SUMMARY_SQL = """
UPDATE catalog_product AS product
   SET min_price_amount = coalesce(summary.min_price, 0),
       max_price_amount = coalesce(summary.max_price, 0),
       compare_at_amount = summary.compare_at,
       available_count = coalesce(summary.available, 0),
       is_available = coalesce(summary.is_buyable, false),
       variants_count = coalesce(summary.variants, 0),
       cover = coalesce(picture.cover, '{{}}'::jsonb)
  FROM {wanted}
  LEFT JOIN LATERAL (
       SELECT min(variant.price_amount) AS min_price,
              max(variant.price_amount) AS max_price,
              (array_agg(variant.compare_at_amount ORDER BY variant.price_amount, variant.position))[1] AS compare_at,
              sum(greatest(variant.available_count, 0)) FILTER (WHERE variant.tracks_stock) AS available,
              bool_or(NOT variant.tracks_stock OR variant.sells_when_out OR variant.available_count > 0) AS is_buyable,
              count(*) AS variants
         FROM {variants} AS variant
        WHERE variant.product_id = wanted.id
       ) AS summary ON true
  LEFT JOIN LATERAL (
       SELECT jsonb_build_object(
                'path', image.path, 'width', image.width, 'height', image.height, 'alt', image.alt,
                'formats', image.formats) AS cover
         FROM catalog_productimage AS image
        WHERE image.product_id = wanted.id AND image.path <> ''
        ORDER BY image.position, image.id
        LIMIT 1
       ) AS picture ON true
 WHERE product.id = wanted.id
"""
_SUMMARY = SUMMARY_SQL.format(wanted="unnest(%s::bigint[]) AS wanted (id)", variants="catalog_productvariant")


def refresh_product_summary(product_ids: Iterable[int]) -> None:
    """Write the products' prices, stock, variant count and cover anew, in one statement for all of them."""
    wanted = sorted(set(product_ids))
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, [wanted])


def touch_products(product_ids: Iterable[int]) -> None:
    """Write the products' cards anew and tell that they changed."""
    changed = tuple(sorted(set(product_ids)))
    refresh_product_summary(changed)
    publish(ProductChanged(changed))
