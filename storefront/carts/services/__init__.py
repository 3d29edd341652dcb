"""Change carts."""

from storefront.carts.services.adding import add_for_shopper, add_to_cart, get_or_create_cart
from storefront.carts.services.changing import (
    add_order_of_cart,
    change_currency,
    mark_ordered,
    remove_line,
    set_quantity,
)
from storefront.carts.services.codes import Typed, drop_code, enter_code
from storefront.carts.services.filling import Filled, fill_cart
from storefront.carts.services.merging import bring_cart, merge_carts
from storefront.carts.services.reading import CartChange

__all__ = [
    "CartChange",
    "Filled",
    "Typed",
    "add_for_shopper",
    "add_order_of_cart",
    "add_to_cart",
    "bring_cart",
    "change_currency",
    "drop_code",
    "enter_code",
    "fill_cart",
    "get_or_create_cart",
    "mark_ordered",
    "merge_carts",
    "remove_line",
    "set_quantity",
]
