"""Change how many there are, where they lie, and who they are held for."""

from storefront.inventory.services.bundles import Part, set_parts
from storefront.inventory.services.counting import (
    MAXIMUM_ON_HAND,
    CountChange,
    adjust_stock,
    change_counts,
    set_available,
    set_stock,
    set_stock_bulk,
    set_threshold,
)
from storefront.inventory.services.holding import add_reservation, allocate, release, release_expired, reserve
from storefront.inventory.services.joining import allocate_into, let_expire
from storefront.inventory.services.moving import move_stock
from storefront.inventory.services.once import do_once, forget_sent_forms
from storefront.inventory.services.returning import put_back, write_off
from storefront.inventory.services.warehouses import (
    create_default_warehouse,
    make_default,
    remove_warehouse,
    save_warehouse,
    set_low_stock,
)

__all__ = [
    "MAXIMUM_ON_HAND",
    "CountChange",
    "Part",
    "add_reservation",
    "adjust_stock",
    "allocate",
    "allocate_into",
    "change_counts",
    "create_default_warehouse",
    "do_once",
    "forget_sent_forms",
    "let_expire",
    "make_default",
    "move_stock",
    "put_back",
    "release",
    "release_expired",
    "remove_warehouse",
    "reserve",
    "save_warehouse",
    "set_available",
    "set_low_stock",
    "set_parts",
    "set_stock",
    "set_stock_bulk",
    "set_threshold",
    "write_off",
]
