from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class DiscountsConfig(AppConfig):
    name = "storefront.discounts"
    label = "discounts"
    schema = "tenant"
    not_on_pages = ("discounts_promotion", "discounts_discountcode", "discounts_discountuse")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {"discounts_discountuse": {"order_token": Handling.TOKEN}}

    def ready(self) -> None:
        from storefront.customers.events import CustomersMerged, HoldBalances
        from storefront.discounts.answers import hold_named, move_discounts

        subscribe(HoldBalances, hold_named)
        subscribe(CustomersMerged, move_discounts)
