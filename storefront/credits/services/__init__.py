"""Issue cards, pay orders with what lies with the store, give it back."""

from storefront.credits.services.issuing import (
    IssuedCard,
    adjust_card,
    adjust_store_credit,
    issue_card,
    mail_card,
    mail_card_again,
    switch_card,
)
from storefront.credits.services.spending import (
    WantedTender,
    give_back_credit,
    refund_credit,
    take_credit,
    take_credit_again,
)

__all__ = [
    "IssuedCard",
    "WantedTender",
    "adjust_card",
    "adjust_store_credit",
    "give_back_credit",
    "issue_card",
    "mail_card",
    "mail_card_again",
    "refund_credit",
    "switch_card",
    "take_credit",
    "take_credit_again",
]
