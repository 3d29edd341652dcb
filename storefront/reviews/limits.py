"""How much one shopper may write and report in an hour."""

from django.utils.translation import gettext_lazy as _

from core.limits import AttemptLimit
from storefront.reviews.errors import TooManyReviews

WRITTEN = AttemptLimit("reviews.write", {"customer": 12, "address": 30}, window_seconds=3600)
REPORTED = AttemptLimit("reviews.report", {"address": 12}, window_seconds=3600)


def count_written(*, customer_id: int, address: str) -> None:
    """Count a review that somebody sends. Raises: TooManyReviews."""
    if WRITTEN.count(customer=str(customer_id), address=address):
        raise TooManyReviews(_("You have written a lot in an hour. Wait a while, then send this; it is still here."))


def count_reported(*, address: str) -> None:
    """Count a report. Raises: TooManyReviews."""
    if REPORTED.count(address=address):
        raise TooManyReviews(_("You have reported a lot in an hour. Wait a while, then send this."))
