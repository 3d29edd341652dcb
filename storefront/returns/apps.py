from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class ReturnsConfig(AppConfig):
    name = "storefront.returns"
    label = "returns"
    schema = "tenant"
    not_on_pages = ("returns_withdrawal", "returns_withdrawalterms")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "returns_withdrawal": {
            "email": Handling.EMAIL,
            "name": Handling.WORDS,
            "words": Handling.WORDS,
            "token": Handling.TOKEN,
        }
    }

    def ready(self) -> None:
        from storefront.customers.events import CustomerDataAsked, CustomerErased
        from storefront.returns.answers import add_withdrawals, blank_withdrawals

        subscribe(CustomerDataAsked, add_withdrawals)
        subscribe(CustomerErased, blank_withdrawals)
