"""Issue cards, pay orders with what lies with the store, give it back."""

from storefront.credits.services.issuing import (
    Addressee,
    IssuedCard,
    adjust_card,
    adjust_store_credit,
    issue_card,
    mail_card,
    mail_card_again,
    switch_card,
)
from storefront.credits.services.merging import merge_credits
from storefront.credits.services.selling import (
    CardBuyer,
    SoldCards,
    close_sold_cards,
    close_uncovered_cards,
    issue_sold_cards,
    mail_due_cards,
)
from storefront.credits.services.spending import (
    WantedTender,
    give_back_credit,
    refund_credit,
    take_credit,
    take_credit_again,
)
from storefront.credits.services.telling import mail_credit_given

__all__ = [
    "Addressee",
    "CardBuyer",
    "IssuedCard",
    "SoldCards",
    "WantedTender",
    "adjust_card",
    "adjust_store_credit",
    "close_sold_cards",
    "close_uncovered_cards",
    "give_back_credit",
    "issue_card",
    "issue_sold_cards",
    "mail_card",
    "mail_card_again",
    "mail_credit_given",
    "mail_due_cards",
    "merge_credits",
    "refund_credit",
    "switch_card",
    "take_credit",
    "take_credit_again",
]
