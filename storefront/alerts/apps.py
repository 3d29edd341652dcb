from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class AlertsConfig(AppConfig):
    name = "storefront.alerts"
    label = "alerts"
    schema = "tenant"
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "alerts_stockalert": {"email": Handling.EMAIL, "nonce": Handling.TOKEN}
    }

    def ready(self) -> None:
        from storefront.alerts.answers import (
            add_alerts,
            compare_alerts,
            forget_erased,
            look_at_changed,
            move_alerts,
            tell_returned,
        )
        from storefront.catalog.events import ProductChanged
        from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomersMerged, MergeAsked
        from storefront.inventory.events import StockReturned

        subscribe(StockReturned, tell_returned)
        subscribe(ProductChanged, look_at_changed)
        subscribe(CustomerDataAsked, add_alerts)
        subscribe(CustomerErased, forget_erased)
        subscribe(MergeAsked, compare_alerts)
        subscribe(CustomersMerged, move_alerts)
