"""What can go wrong with stock."""

from collections.abc import Sequence

from django.utils.functional import Promise

from core.errors import Conflict, InvalidInput, NotFound


class InsufficientStock(Conflict):
    """There is less than was asked for; `variant_ids` names of what."""

    code = "insufficient_stock"

    def __init__(self, message: str | Promise, *, variant_ids: Sequence[int]) -> None:
        super().__init__(message)
        self.variant_ids = tuple(variant_ids)


class StockRefused(InvalidInput):
    code = "stock_refused"


class VariantNotFound(NotFound):
    code = "variant_not_found"


class WarehouseNotFound(NotFound):
    code = "warehouse_not_found"


class WarehouseRefused(InvalidInput):
    code = "warehouse_refused"


class BundleRefused(InvalidInput):
    code = "bundle_refused"
