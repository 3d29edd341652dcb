from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class OrdersConfig(AppConfig):
    name = "storefront.orders"
    label = "orders"
    schema = "tenant"
    not_on_pages = (
        "orders_ordernumbers",
        "orders_order",
        "orders_orderline",
        "orders_orderevent",
        "orders_fulfillment",
        "orders_fulfillmentline",
        "orders_amendment",
    )
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "orders_order": {
            "email": Handling.EMAIL,
            "shipping_address": Handling.ADDRESS,
            "note": Handling.WORDS,
            "staff_note": Handling.WORDS,
            "hold_reason": Handling.WORDS,
            "token": Handling.TOKEN,
            "cart_token": Handling.TOKEN,
            "tax_calculation_id": Handling.PROVIDER,
        },
        "orders_amendment": {"token": Handling.TOKEN},
        "orders_orderline": {"presents": Handling.PEOPLE},
    }

    def ready(self) -> None:
        from storefront.catalog.events import DeletionAsked
        from storefront.customers.events import (
            CustomerDataAsked,
            CustomerErased,
            CustomerHistoryAsked,
            CustomersMerged,
            ErasureAsked,
            HoldOrders,
        )
        from storefront.orders.answers import (
            add_orders,
            ask_for_mails,
            blank_orders,
            hold_orders,
            keep_ordered,
            keep_until_sent,
            move_orders,
            tell_history,
        )
        from storefront.orders.events import OrderPlaced

        subscribe(CustomerHistoryAsked, tell_history)
        subscribe(OrderPlaced, ask_for_mails)
        subscribe(ErasureAsked, keep_until_sent)
        subscribe(CustomerDataAsked, add_orders)
        subscribe(HoldOrders, hold_orders)
        subscribe(CustomersMerged, move_orders)
        subscribe(CustomerErased, blank_orders)
        subscribe(DeletionAsked, keep_ordered)
