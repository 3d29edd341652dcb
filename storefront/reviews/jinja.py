"""What reviews add to a product's page: a slot that is the same for everybody, because the page is cached."""

from typing import Any

from storefront.catalog.jinja import picture
from storefront.reviews.selectors import Rating, ReviewSlot, get_slot


def product_reviews(product_id: int, first: int = 5) -> ReviewSlot:
    """Return `rating` and the newest `reviews` of a product, in one query."""
    return get_slot(product_id, first=first)


def review_photo(photo: dict[str, Any]) -> dict[str, Any] | None:
    """Turn a kept photo into what a page draws: src, thumb, width, height."""
    return picture(photo)


def write_average(rating: Rating) -> str:
    """Return the average with one digit: 4.8."""
    return f"{rating.average:.1f}"
