"""Tax classes."""

from storefront.catalog.models import TaxClass


def list_tax_classes() -> list[TaxClass]:
    """Return the tax classes by name; the standard one has no row."""
    return list(TaxClass.objects.order_by("name", "id"))
