"""Read carts left behind, who may be reminded, and what came of it."""

from storefront.recovery.selectors.listing import VIEWS, Figures, get_figures, list_abandoned
from storefront.recovery.selectors.looking import Left, find_bought_at, list_left
from storefront.recovery.selectors.permitting import find_objections
from storefront.recovery.selectors.settings import asks_at_checkout, get_settings

__all__ = [
    "VIEWS",
    "Figures",
    "Left",
    "asks_at_checkout",
    "find_bought_at",
    "find_objections",
    "get_figures",
    "get_settings",
    "list_abandoned",
    "list_left",
]
