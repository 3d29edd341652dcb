"""What can go wrong when an order is changed."""

from core.errors import Conflict, InvalidInput


class AddressRefused(InvalidInput):
    """The order cannot go there any more, or not without counting it anew."""

    code = "address_refused"


class AmendmentChanged(Conflict):
    """What is added comes to another sum than the merchant saw."""

    code = "amendment_changed"


class AmendmentGone(Conflict):
    """Nothing waits to be added any more: it was paid, called off, or its time is over."""

    code = "amendment_gone"
