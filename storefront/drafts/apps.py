from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class DraftsConfig(AppConfig):
    name = "storefront.drafts"
    label = "drafts"
    schema = "tenant"
    not_on_pages = ("drafts_draft",)
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "drafts_draft": {
            "token": Handling.TOKEN,
            "email": Handling.EMAIL,
            "name": Handling.WORDS,
            "address": Handling.ADDRESS,
            "note": Handling.WORDS,
        }
    }

    def ready(self) -> None:
        from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomersMerged, MergeAsked
        from storefront.drafts.answers import add_drafts, compare_drafts, follow_order, move_drafts, remove_drafts
        from storefront.orders.events import OrderPlaced

        subscribe(OrderPlaced, follow_order)
        subscribe(CustomerDataAsked, add_drafts)
        subscribe(CustomersMerged, move_drafts)
        subscribe(CustomerErased, remove_drafts)
        subscribe(MergeAsked, compare_drafts)
