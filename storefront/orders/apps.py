from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class OrdersConfig(AppConfig):
    name = "storefront.orders"
    label = "orders"
    schema = "tenant"
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "orders_order": {
            "email": Handling.EMAIL,
            "shipping_address": Handling.ADDRESS,
            "note": Handling.WORDS,
            "token": Handling.TOKEN,
            "cart_token": Handling.TOKEN,
        },
    }

    def ready(self) -> None:
        from storefront.orders.answers import ask_for_mails
        from storefront.orders.events import OrderPlaced

        subscribe(OrderPlaced, ask_for_mails)
