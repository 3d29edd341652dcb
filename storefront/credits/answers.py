"""What other parts ask of credits: a customer's own data, and to forget a customer."""

from storefront.credits.models import CreditEntry, GiftCard, StoreCredit
from storefront.customers.events import CustomerDataAsked, CustomerErased


def add_credits(question: CustomerDataAsked) -> None:
    """Add what lies with the store for the customer, and each of its moves."""
    cards = GiftCard.objects.filter(customer_id=question.customer_id).order_by("pk")
    credits_ = StoreCredit.objects.filter(customer_id=question.customer_id).order_by("pk")
    entries = CreditEntry.objects.filter(store_credit__customer_id=question.customer_id).order_by("pk")
    question.sections["credits"] = {
        "gift_cards": [
            {
                "ends_with": card.last4,
                "currency": card.currency,
                "initial_amount": card.initial_amount,
                "balance_amount": card.balance_amount,
                "created_at": card.created_at,
                "expires_at": card.expires_at,
                "recipient_email": card.recipient_email,
                "recipient_name": card.recipient_name,
                "message": card.message,
            }
            for card in cards
        ],
        "store_credit": [{"currency": one.currency, "balance_amount": one.balance_amount} for one in credits_],
        "moves": [
            {"kind": entry.kind, "amount": entry.amount, "note": entry.note, "created_at": entry.created_at}
            for entry in entries
        ],
    }


def blank_cards(event: CustomerErased) -> None:
    """Take the person out of their cards; the balances stay, whoever holds a card's code may spend it."""
    GiftCard.objects.filter(customer_id=event.customer_id).update(
        recipient_email="", recipient_name="", message="", note="", customer=None
    )
