"""What sets are made of."""

from collections.abc import Iterable

from storefront.catalog.models import BundleItem

# {set: {part: how many in one}}
Recipes = dict[int, dict[int, int]]


def list_parts(variant_ids: Iterable[int]) -> Recipes:
    """Return what those of these variants that are sets are made of."""
    parts: Recipes = {}
    items = BundleItem.objects.filter(bundle_id__in=list(variant_ids)).order_by("position", "pk")
    for bundle_id, component_id, quantity in items.values_list("bundle_id", "component_id", "quantity"):
        parts.setdefault(bundle_id, {})[component_id] = quantity
    return parts
