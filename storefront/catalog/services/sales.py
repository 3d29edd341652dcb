"""Count what was sold."""

from collections.abc import Mapping

from django.db.models import F

from storefront.catalog.models import Product


def count_sold(*, units: Mapping[int, int]) -> None:
    """Add sold units to products, by product id; lock the products first, in key order."""
    for product_id, count in sorted(units.items()):
        Product.objects.filter(pk=product_id).update(sold_count=F("sold_count") + count)
