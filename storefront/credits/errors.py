"""What can go wrong with gift cards and store credit."""

from core.errors import Conflict, InvalidInput, NotFound


class CardNotFound(NotFound):
    code = "gift_card_not_found"


class CardIssuedAlready(Conflict):
    """The same form was sent twice."""

    code = "gift_card_issued_already"


class CreditRefused(InvalidInput):
    """What was asked for cannot be done; `field` names where."""

    code = "credit_refused"


class CreditGone(Conflict):
    """A balance that was counted on is no longer there: it was spent elsewhere or the card was switched off a moment ago.

    Nothing was taken; the shopper has to see what is left to pay.
    """

    code = "credit_gone"
