"""A product's status in a word, a shape and a tone."""

from django.utils.translation import gettext as _

from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product


def describe_status(found: Product) -> dict[str, str]:
    """Return kind, tone and label of `c-status`."""
    if found.status == ProductStatus.ACTIVE and not found.is_available:
        return {"kind": "fail", "tone": "bad", "label": _("Sold out")}
    kinds = {ProductStatus.ACTIVE: "done", ProductStatus.DRAFT: "none", ProductStatus.ARCHIVED: "away"}
    status = ProductStatus(found.status)
    return {"kind": kinds[status], "tone": "", "label": str(status.label)}
