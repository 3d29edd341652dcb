from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class SupportConfig(AppConfig):
    name = "storefront.support"
    label = "support"
    schema = "tenant"
    not_on_pages = ("support_conversation", "support_message")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "support_conversation": {
            "email": Handling.EMAIL,
            "name": Handling.WORDS,
            "token": Handling.TOKEN,
        },
        "support_message": {"author": Handling.WORDS, "body": Handling.WORDS},
    }

    def ready(self) -> None:
        from storefront.customers.events import (
            CustomerDataAsked,
            CustomerErased,
            CustomerHistoryAsked,
            CustomersMerged,
            MergeAsked,
        )
        from storefront.support.answers import (
            add_conversations,
            compare_conversations,
            move_conversations,
            remove_conversations,
            tell_history,
        )

        subscribe(CustomerDataAsked, add_conversations)
        subscribe(CustomerHistoryAsked, tell_history)
        subscribe(CustomerErased, remove_conversations)
        subscribe(MergeAsked, compare_conversations)
        subscribe(CustomersMerged, move_conversations)
