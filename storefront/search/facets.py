"""The filters that a product passes, and the ones that a shopper sees."""

import json
from collections.abc import Sequence

from storefront.catalog.models import Product, ProductVariant

LONGEST_VALUE = 120
MOST_OF_ONE, MOST_OF_ALL = 40, 200
BRAND, TYPE, TAG, CATEGORY = "brand", "type", "tag", "category"
OPTION, FIELD = "option.", "field."
KINDS = ("stock", CATEGORY, "price", "option", TYPE, BRAND, "field", TAG)


def facet(group: str, value: str) -> str:
    """Return a filter's value as it is kept: "brand=Acme"; empty for no value."""
    value = " ".join(value.replace("\0", " ").split())[:LONGEST_VALUE]
    return f"{group}={value}" if value else ""


def option_group(name: str) -> str:
    """Return the group of an option such as Color."""
    return OPTION + " ".join(name.replace("=", " ").replace("\0", " ").split())[:LONGEST_VALUE]


def field_value(answer: object) -> str:
    """Return the answer to a custom field as a filter's value; empty for what is no short answer."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer) if isinstance(answer, str | int | float) and len(str(answer)) <= LONGEST_VALUE else ""


def product_facets(product: Product, variants: Sequence[ProductVariant]) -> str:
    """Return the filters that a product passes, as a JSON list."""
    found = [facet(BRAND, product.vendor), facet(TYPE, product.product_type)]
    found += [facet(TAG, str(tag)) for tag in product.tags[:MOST_OF_ONE]]
    for place, name in enumerate(product.option_names):
        values = {str(variant.option_values[place]) for variant in variants if len(variant.option_values) > place}
        found += [facet(option_group(str(name)), value) for value in sorted(values)[:MOST_OF_ONE]]
    answered = [product.custom_fields, *(variant.custom_fields for variant in variants)]
    for answers_by_key in answered:
        for key, answer in answers_by_key.items():
            answers = answer if isinstance(answer, list) else [answer]
            found += [facet(FIELD + str(key), field_value(one)) for one in answers[:MOST_OF_ONE]]
    return json.dumps(sorted({one for one in found if one})[:MOST_OF_ALL])
