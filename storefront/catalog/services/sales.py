"""Count what was sold."""

from collections.abc import Mapping

from django.db import connection

_COUNT = """
UPDATE catalog_product AS product SET sold_count = product.sold_count + sold.units
  FROM unnest(%s::bigint[], %s::int[]) AS sold (id, units) WHERE product.id = sold.id
"""


def count_sold(*, units: Mapping[int, int]) -> None:
    """Add sold units to products, by product id, in one query; lock the products first, in key order."""
    if units:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [list(units), list(units.values())])
