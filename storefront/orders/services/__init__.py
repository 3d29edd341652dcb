"""Change orders; each module holds one part of their life."""

from storefront.orders.services.amending import add_taxes, join_amendment, shrink_lines
from storefront.orders.services.canceling import can_cancel, cancel_order
from storefront.orders.services.fulfilling import (
    deliver_files,
    fulfill_order,
    fulfill_orders,
    mark_delivered,
    track_parcel,
    unfulfill_order,
    unfulfill_orders,
)
from storefront.orders.services.keeping import (
    archive_orders,
    ask_confirmation_again,
    ask_order_link,
    hold_order,
    release_hold,
    set_tags,
    tag_orders,
    write_staff_note,
)
from storefront.orders.services.mailing import (
    mail_canceled,
    mail_confirmation,
    mail_new_order,
    mail_order_link,
    mail_shipped,
)
from storefront.orders.services.notes import add_note
from storefront.orders.services.numbers import save_number_series
from storefront.orders.services.paying import (
    cancel_unpaid_order,
    expire_order,
    mark_paid,
    must_await_money,
    note_event,
    open_order,
    receive_money,
)
from storefront.orders.services.placing import (
    PLACED,
    Exchange,
    NewLine,
    NewOrder,
    add_order,
    place_order,
    replace_pending_order,
)
from storefront.orders.services.removing import remove_units
from storefront.orders.services.returning import count_exchanged, count_restocked, count_returned

__all__ = [
    "PLACED",
    "Exchange",
    "NewLine",
    "NewOrder",
    "add_note",
    "add_order",
    "add_taxes",
    "archive_orders",
    "ask_confirmation_again",
    "ask_order_link",
    "can_cancel",
    "cancel_order",
    "cancel_unpaid_order",
    "count_exchanged",
    "count_restocked",
    "count_returned",
    "deliver_files",
    "expire_order",
    "fulfill_order",
    "fulfill_orders",
    "hold_order",
    "join_amendment",
    "mail_canceled",
    "mail_confirmation",
    "mail_new_order",
    "mail_order_link",
    "mail_shipped",
    "mark_delivered",
    "mark_paid",
    "must_await_money",
    "note_event",
    "open_order",
    "place_order",
    "receive_money",
    "release_hold",
    "remove_units",
    "replace_pending_order",
    "save_number_series",
    "set_tags",
    "shrink_lines",
    "tag_orders",
    "track_parcel",
    "unfulfill_order",
    "unfulfill_orders",
    "write_staff_note",
]
