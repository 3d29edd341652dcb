"""Change where a store delivers to and for how much."""

from storefront.shipping.services.methods import MethodDraft, Step, move_method, remove_method, save_method
from storefront.shipping.services.zones import create_default_rates, remove_zone, save_zone, set_handling_days

__all__ = [
    "MethodDraft",
    "Step",
    "create_default_rates",
    "move_method",
    "remove_method",
    "remove_zone",
    "save_method",
    "save_zone",
    "set_handling_days",
]
