"""Change orders; each module holds one part of their life."""

from storefront.orders.services.fulfilling import (
    deliver_files,
    fulfill_order,
    fulfill_orders,
    unfulfill_order,
    unfulfill_orders,
)
from storefront.orders.services.mailing import mail_confirmation, mail_new_order, mail_shipped
from storefront.orders.services.notes import add_note, cancel_order
from storefront.orders.services.paying import cancel_unpaid_order, expire_order, mark_paid, note_event, open_order
from storefront.orders.services.placing import Exchange, NewLine, NewOrder, place_order, replace_pending_order

__all__ = [
    "Exchange",
    "NewLine",
    "NewOrder",
    "add_note",
    "cancel_order",
    "cancel_unpaid_order",
    "deliver_files",
    "expire_order",
    "fulfill_order",
    "fulfill_orders",
    "mail_confirmation",
    "mail_new_order",
    "mail_shipped",
    "mark_paid",
    "note_event",
    "open_order",
    "place_order",
    "replace_pending_order",
    "unfulfill_order",
    "unfulfill_orders",
]
