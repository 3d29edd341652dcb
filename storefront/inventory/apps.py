from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class InventoryConfig(AppConfig):
    name = "storefront.inventory"
    label = "inventory"
    schema = "tenant"
    not_on_pages = ("inventory_reservation", "inventory_stockmovement", "inventory_sentform")
    stays_behind = ("inventory_sentform",)
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "inventory_reservation": {"order_token": Handling.TOKEN},
        "inventory_stockmovement": {"reference": Handling.TOKEN},
    }

    def ready(self) -> None:
        from storefront.catalog.events import ManyStockAsked, StockAsked
        from storefront.customers.events import CustomerErased
        from storefront.inventory.answers import answer_many_stock_asked, answer_stock_asked, forget_erased
        from storefront.inventory.seeding import furnish_store
        from tenants.events import TenantSeeding

        subscribe(TenantSeeding, furnish_store)
        subscribe(CustomerErased, forget_erased)
        subscribe(StockAsked, answer_stock_asked)
        subscribe(ManyStockAsked, answer_many_stock_asked)
