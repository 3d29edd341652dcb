"""What reviews add to a product's page: a slot that is the same for everybody, because the page is cached."""

from typing import Any

from storefront.catalog.jinja import picture
from storefront.reviews.selectors import Rating, ReviewSlot, read_slot


def product_reviews(part: dict[str, Any] | None) -> ReviewSlot:
    """Return `rating` and the newest `reviews` from the part that the product's page was read with: no query of its own."""
    return read_slot(part)


def review_photo(photo: dict[str, Any]) -> dict[str, Any] | None:
    """Turn a kept photo into what a page draws: src, thumb, width, height."""
    return picture(photo)


def write_average(rating: Rating) -> str:
    """Return the average with one digit: 4.8."""
    return f"{rating.average:.1f}"
