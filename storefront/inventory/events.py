"""What inventory tells the parts above it, in the same transaction and inside the store's schema."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockReturned:
    """These variants had none left and can be had again."""

    variant_ids: tuple[int, ...]
