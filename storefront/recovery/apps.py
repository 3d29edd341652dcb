from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class RecoveryConfig(AppConfig):
    name = "storefront.recovery"
    label = "recovery"
    schema = "tenant"
    not_on_pages = ("recovery_abandonedcart", "recovery_cartreturn")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "recovery_abandonedcart": {"email": Handling.EMAIL, "nonce": Handling.TOKEN},
        "recovery_cartreturn": {"cart_token": Handling.TOKEN},
    }

    def ready(self) -> None:
        from storefront.customers.events import (
            CustomerDataAsked,
            CustomerErased,
            CustomerHistoryAsked,
            CustomersMerged,
            MergeAsked,
        )
        from storefront.recovery.answers import add_reminders, compare_left, forget_erased, move_left, tell_history

        subscribe(CustomerDataAsked, add_reminders)
        subscribe(CustomerHistoryAsked, tell_history)
        subscribe(CustomerErased, forget_erased)
        subscribe(MergeAsked, compare_left)
        subscribe(CustomersMerged, move_left)
