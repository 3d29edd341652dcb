from django.apps import AppConfig

from core.events import subscribe


class GiftsConfig(AppConfig):
    name = "storefront.gifts"
    label = "gifts"
    schema = "tenant"

    def ready(self) -> None:
        from storefront.gifts.answers import close_canceled, issue_paid
        from storefront.orders.events import OrderCanceled, OrderPaid

        subscribe(OrderPaid, issue_paid)
        subscribe(OrderCanceled, close_canceled)
