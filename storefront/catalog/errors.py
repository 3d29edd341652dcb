"""What can be wrong with products."""

from core.errors import Conflict, InvalidInput, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"


class CollectionNotFound(NotFound):
    code = "collection_not_found"


class HandleTaken(InvalidInput):
    code = "handle_taken"


class PriceRefused(InvalidInput):
    code = "price_refused"


class VariantRefused(InvalidInput):
    code = "variant_refused"


class PictureRefused(InvalidInput):
    code = "picture_refused"


class ChangeSetNotFound(NotFound):
    code = "change_set_not_found"


class UndoRefused(Conflict):
    code = "undo_refused"
