from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class ReturnsConfig(AppConfig):
    name = "storefront.returns"
    label = "returns"
    schema = "tenant"
    not_on_pages = ("returns_withdrawal", "returns_withdrawalterms", "returns_return", "returns_returnline")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "returns_withdrawal": {
            "email": Handling.EMAIL,
            "name": Handling.WORDS,
            "words": Handling.WORDS,
            "token": Handling.TOKEN,
        },
        "returns_return": {
            "note": Handling.WORDS,
            "answer": Handling.WORDS,
            "token": Handling.TOKEN,
        },
    }

    def ready(self) -> None:
        from storefront.customers.events import CustomerDataAsked, CustomerErased, ErasureAsked
        from storefront.orders.events import OrderCanceled
        from storefront.returns.answers import (
            add_returns,
            add_withdrawals,
            blank_returns,
            blank_withdrawals,
            follow_canceled,
            keep_until_closed,
        )

        subscribe(ErasureAsked, keep_until_closed)
        subscribe(OrderCanceled, follow_canceled)
        subscribe(CustomerDataAsked, add_withdrawals)
        subscribe(CustomerDataAsked, add_returns)
        subscribe(CustomerErased, blank_withdrawals)
        subscribe(CustomerErased, blank_returns)
