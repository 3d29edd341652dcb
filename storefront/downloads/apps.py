from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class DownloadsConfig(AppConfig):
    name = "storefront.downloads"
    label = "downloads"
    schema = "tenant"
    handled: ClassVar[dict[str, dict[str, Handling]]] = {"downloads_downloadgrant": {"nonce": Handling.TOKEN}}

    def ready(self) -> None:
        from storefront.downloads.answers import grant_added, grant_paid, revoke_canceled
        from storefront.orders.events import OrderAmended, OrderCanceled, OrderPaid

        subscribe(OrderPaid, grant_paid)
        subscribe(OrderAmended, grant_added)
        subscribe(OrderCanceled, revoke_canceled)
