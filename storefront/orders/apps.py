from django.apps import AppConfig

from core.events import subscribe


class OrdersConfig(AppConfig):
    name = "storefront.orders"
    label = "orders"
    schema = "tenant"

    def ready(self) -> None:
        from storefront.orders.answers import ask_for_mails
        from storefront.orders.events import OrderPlaced

        subscribe(OrderPlaced, ask_for_mails)
