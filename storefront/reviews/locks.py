"""Hold a review and its product until the transaction ends, always the product first."""

from django.utils.translation import gettext_lazy as _

from storefront.catalog.locks import lock_product
from storefront.reviews.errors import ReviewNotFound
from storefront.reviews.models import Review


def lock_review(review_id: int) -> Review:
    """Return the review, held together with its product. Raises: ReviewNotFound."""
    product_id = Review.objects.filter(pk=review_id).values_list("product_id", flat=True).first()
    if product_id is not None:
        lock_product(product_id)
        review = Review.objects.select_for_update().filter(pk=review_id).first()
        if review is not None:
            return review
    raise ReviewNotFound(_("This review is gone. Its writer may have deleted it."))
