"""What the recommender does when a customer leaves or is made one with another."""

from django.db.models import Exists, OuterRef

from recsys.serving.models import CustomerRecommendation
from storefront.customers.events import CustomerErased, CustomersMerged


def forget_erased(event: CustomerErased) -> None:
    """Remove the customer's lists; the next training knows nothing of them."""
    CustomerRecommendation.objects.filter(customer_id=event.customer_id).delete()


def move_merged(event: CustomersMerged) -> None:
    """Keep the lists of the customer who stays, and the other's where there are none; the next training makes them anew."""
    kept = CustomerRecommendation.objects.filter(
        customer_id=event.stays_id, model=OuterRef("model"), slot=OuterRef("slot")
    )
    theirs = CustomerRecommendation.objects.filter(customer_id=event.goes_id)
    theirs.filter(Exists(kept)).delete()
    theirs.update(customer_id=event.stays_id)
