"""The filters that a product passes, and the ones that a shopper sees."""

import json
from collections.abc import Sequence

from storefront.catalog.models import Product, ProductVariant

LONGEST_VALUE = 120
MOST_OF_ONE = 40
BRAND, TYPE, TAG, CATEGORY = "brand", "type", "tag", "category"
OPTION, FIELD = "option.", "field."


def facet(group: str, value: str) -> str:
    """Return a filter's value as it is kept: "brand=Acme"; empty for no value."""
    value = " ".join(value.replace("\0", " ").split())[:LONGEST_VALUE]
    return f"{group}={value}" if value else ""


def option_group(name: str) -> str:
    """Return the group of an option such as Color."""
    return OPTION + " ".join(name.replace("=", " ").replace("\0", " ").split())[:LONGEST_VALUE]


def product_facets(product: Product, variants: Sequence[ProductVariant]) -> str:
    """Return the filters that a product passes, as a JSON list."""
    found = [facet(BRAND, product.vendor), facet(TYPE, product.product_type)]
    found += [facet(TAG, str(tag)) for tag in product.tags[:MOST_OF_ONE]]
    for place, name in enumerate(product.option_names):
        values = {str(variant.option_values[place]) for variant in variants if len(variant.option_values) > place}
        found += [facet(option_group(str(name)), value) for value in sorted(values)[:MOST_OF_ONE]]
    return json.dumps(sorted({one for one in found if one}))
