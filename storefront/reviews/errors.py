"""What can go wrong with a review."""

from core.errors import Conflict, Forbidden, InvalidInput, NotFound, ShopsteadError


class ReviewNotFound(NotFound):
    code = "review_not_found"


class ReviewRefused(InvalidInput):
    code = "review_refused"


class ReviewStateRefused(Conflict):
    code = "review_state_refused"


class InvitationRefused(Forbidden):
    code = "invitation_refused"


class TooManyReviews(ShopsteadError):
    code = "too_many_reviews"
    status = 429
