"""What the storefront tells of signed-in customers becomes interactions."""

from recsys.interactions.models import Interaction
from recsys.interactions.services import record_interaction
from storefront.catalog.events import ProductPutInCart, ProductViewed


def remember_view(event: ProductViewed) -> None:
    record_interaction(customer_id=event.customer_id, product_id=event.product_id, kind=Interaction.VIEW, now=event.now)


def remember_cart(event: ProductPutInCart) -> None:
    record_interaction(customer_id=event.customer_id, product_id=event.product_id, kind=Interaction.CART, now=event.now)
