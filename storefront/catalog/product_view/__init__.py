"""What a product's page says: which version is chosen, which are gone, what each costs, and the facts."""

from storefront.catalog.product_view.options import Choice, Option
from storefront.catalog.product_view.versions import Version
from storefront.catalog.product_view.view import ProductView, build_product_view

__all__ = ["Choice", "Option", "ProductView", "Version", "build_product_view"]
