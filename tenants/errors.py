"""What can go wrong with a store's life."""

from core.errors import Conflict, InvalidInput, NotFound


class AddressRefused(InvalidInput):
    code = "address_refused"


class AddressTaken(Conflict):
    code = "address_taken"


class TenantNotFound(NotFound):
    code = "store_not_found"


class TransitionRefused(Conflict):
    code = "transition_refused"
