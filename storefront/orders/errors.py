"""What can go wrong with an order."""

from core.errors import Conflict, InvalidInput, NotFound


class OrderNotFound(NotFound):
    code = "order_not_found"


class OrderRefused(InvalidInput):
    code = "order_refused"


class OrderStateRefused(Conflict):
    """The order is in a state that forbids this."""

    code = "order_state_refused"


class AmendmentRefused(InvalidInput):
    """Goods cannot be added to this order, or not like that."""

    code = "amendment_refused"


class FulfillmentNotFound(NotFound):
    code = "fulfillment_not_found"


class NothingToFulfill(Conflict):
    """Everything asked for has been sent already, by somebody else or in another tab."""

    code = "nothing_to_fulfill"


class FulfillmentRefused(InvalidInput):
    """The parcel names goods or quantities that the order does not have."""

    code = "fulfillment_refused"


class NoteRefused(InvalidInput):
    code = "note_refused"


class NumbersRefused(InvalidInput):
    code = "numbers_refused"
