from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class CartsConfig(AppConfig):
    name = "storefront.carts"
    label = "carts"
    schema = "tenant"
    not_on_pages = ("carts_cart", "carts_cartline")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "carts_cart": {"token": Handling.TOKEN, "order_token": Handling.TOKEN},
        "carts_cartline": {"presents": Handling.PEOPLE},
    }

    def ready(self) -> None:
        from storefront.carts.answers import bring_along, hold_carts, move_carts, remove_carts
        from storefront.customers.events import CustomerErased, CustomerSignedIn, CustomersMerged, HoldOrders

        subscribe(CustomerSignedIn, bring_along)
        subscribe(HoldOrders, hold_carts)
        subscribe(CustomersMerged, move_carts)
        subscribe(CustomerErased, remove_carts)
