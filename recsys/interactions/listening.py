"""What the storefront tells of signed-in customers becomes interactions."""

from recsys.interactions.models import Interaction
from recsys.interactions.services import forget_customer, move_customer, record_interaction
from storefront.catalog.events import ProductPutInCart, ProductViewed
from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomersMerged, PersonalizationChanged
from storefront.customers.selectors import wants_personal

MOST_TOLD = 10_000


def remember_view(event: ProductViewed) -> None:
    if wants_personal(event.customer_id):
        record_interaction(
            customer_id=event.customer_id, product_id=event.product_id, kind=Interaction.VIEW, now=event.now
        )


def remember_cart(event: ProductPutInCart) -> None:
    if wants_personal(event.customer_id):
        record_interaction(
            customer_id=event.customer_id, product_id=event.product_id, kind=Interaction.CART, now=event.now
        )


def forget_unwanted(event: PersonalizationChanged) -> None:
    if not event.is_wanted:
        forget_customer(customer_id=event.customer_id)


def move_merged(event: CustomersMerged) -> None:
    move_customer(old=event.goes_id, new=event.stays_id)


def forget_erased(event: CustomerErased) -> None:
    forget_customer(customer_id=event.customer_id)


def add_interactions(question: CustomerDataAsked) -> None:
    rows = Interaction.objects.filter(customer_id=question.customer_id).order_by("pk")
    question.sections["looked_at"] = list(rows.values("kind", "product_id", "created_at")[:MOST_TOLD])
