"""What can go wrong when an order is changed."""

from core.errors import InvalidInput


class AddressRefused(InvalidInput):
    """The order cannot go there any more, or not without counting it anew."""

    code = "address_refused"
