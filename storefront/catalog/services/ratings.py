"""What shoppers think of goods, as the card repeats it."""

from core.events import publish
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import Product


def write_rating(*, product_id: int, rating_sum: int, reviews_count: int) -> None:
    """Write the sum of stars and the number of approved reviews; the caller holds the product in its transaction."""
    Product.objects.filter(pk=product_id).update(rating_sum=rating_sum, reviews_count=reviews_count)
    publish(ProductChanged((product_id,)))
