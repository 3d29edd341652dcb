"""What can go wrong with a discount."""

from collections.abc import Sequence

from django.utils.functional import Promise

from core.errors import Conflict, InvalidInput, NotFound


class DiscountNotFound(NotFound):
    code = "discount_not_found"


class DiscountRefused(InvalidInput):
    """What was written about a discount is wrong; `field` names where."""

    code = "discount_refused"


class CodeTaken(Conflict):
    """Another discount has this code already."""

    code = "discount_code_taken"


class DiscountGone(Conflict):
    """A discount that was counted on can no longer be had: it was used up, switched off or ran out a moment ago.

    `promotion_ids` names them. Nothing was taken; the shopper has to see the new total.
    """

    code = "discount_gone"

    def __init__(self, message: str | Promise, *, promotion_ids: Sequence[int]) -> None:
        super().__init__(message)
        self.promotion_ids = tuple(promotion_ids)


class TooManyCodes(Conflict):
    """Somebody tries codes."""

    code = "too_many_codes"
