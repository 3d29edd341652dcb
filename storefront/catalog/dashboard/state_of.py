"""A product as its page shows it."""

from core.tenancy import current_tenant
from storefront.catalog.cards import ProductState
from storefront.catalog.selectors import get_product, list_images, list_variants


def read_state(pk: int) -> ProductState:
    """Return a product with its versions and pictures.

    Raises: ProductNotFound.
    """
    return ProductState(
        product=get_product(pk),
        variants=list_variants(pk),
        images=list_images(pk),
        currency=current_tenant().currency,
    )
