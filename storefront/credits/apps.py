from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class CreditsConfig(AppConfig):
    name = "storefront.credits"
    label = "credits"
    schema = "tenant"
    not_on_pages = ("credits_giftcard", "credits_storecredit", "credits_tender", "credits_creditentry")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "credits_giftcard": {
            "recipient_email": Handling.EMAIL,
            "recipient_name": Handling.WORDS,
            "message": Handling.WORDS,
            "order_token": Handling.TOKEN,
        },
        "credits_tender": {"order_token": Handling.TOKEN},
        "credits_creditentry": {"order_token": Handling.TOKEN},
    }

    def ready(self) -> None:
        from storefront.credits.answers import (
            add_credits,
            blank_cards,
            compare_credits,
            hold_balances,
            move_credits,
            name_credit_holders,
            tell_history,
        )
        from storefront.customers.events import (
            CreditHoldersAsked,
            CustomerDataAsked,
            CustomerErased,
            CustomerHistoryAsked,
            CustomersMerged,
            HoldBalances,
            MergeAsked,
        )

        subscribe(CustomerDataAsked, add_credits)
        subscribe(CustomerErased, blank_cards)
        subscribe(CustomerHistoryAsked, tell_history)
        subscribe(CreditHoldersAsked, name_credit_holders)
        subscribe(HoldBalances, hold_balances)
        subscribe(MergeAsked, compare_credits)
        subscribe(CustomersMerged, move_credits)
