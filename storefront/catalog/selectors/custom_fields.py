"""The questions of the merchant's own, and the answers that are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storefront.catalog.custom_values import write_name, write_value
from storefront.catalog.enums import FieldOwner, FieldType
from storefront.catalog.models import CustomField


@dataclass(frozen=True, slots=True)
class Spec:
    """A fact on a product's page. `is_url` texts lead there, `color` is `#rrggbb` or empty."""

    name: str
    text: str
    is_url: bool = False
    color: str = ""


def list_custom_fields(owner: str = FieldOwner.PRODUCT) -> list[CustomField]:
    """Return the questions asked of products, versions or collections, in order, in one query."""
    return list(CustomField.objects.filter(owner=owner).order_by("position", "id"))


def list_specs(custom_fields: Mapping[str, Any], owner: str = FieldOwner.PRODUCT) -> list[Spec]:
    """Return the facts that a page shows of these answers, in the language of the request; no query where there are none."""
    if not custom_fields:
        return []
    specs = []
    for own in CustomField.objects.filter(owner=owner, is_shown=True, key__in=list(custom_fields)).order_by(
        "position", "id"
    ):
        text = write_value(own, custom_fields[own.key])
        if text:
            color = text if own.type == FieldType.COLOR else ""
            specs.append(Spec(write_name(own), text, is_url=own.type == FieldType.URL, color=color))
    return specs
