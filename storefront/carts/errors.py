"""What can go wrong with a cart; after any of them the cart is as it was."""

from core.errors import Conflict, InvalidInput, NotFound


class QuantityRefused(InvalidInput):
    code = "quantity_refused"


class VariantUnavailable(NotFound):
    code = "variant_not_found"


class SoldOut(Conflict):
    code = "sold_out"


class QuantityCapped(Conflict):
    code = "quantity_capped"


class CodeRefused(InvalidInput):
    """What was typed is no code that gives anything; the words say why."""

    code = "code_refused"


class LineNotFound(NotFound):
    code = "line_not_found"


class CartFull(Conflict):
    code = "cart_full"


class CartNotFound(NotFound):
    code = "cart_not_found"
