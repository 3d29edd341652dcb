"""What the recommender does when a customer leaves."""

from recsys.serving.models import CustomerRecommendation
from storefront.customers.events import CustomerErased


def forget_erased(event: CustomerErased) -> None:
    """Remove the customer's lists; the next training knows nothing of them."""
    CustomerRecommendation.objects.filter(customer_id=event.customer_id).delete()
