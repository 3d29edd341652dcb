"""What other parts ask of credits: a customer's own data, who has credit, to make two customers one, to forget one."""

from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.credits.enums import EntryKind
from storefront.credits.models import CreditEntry, GiftCard, StoreCredit
from storefront.credits.selectors import list_credit_entries, list_credits, who_moved
from storefront.credits.services import merge_credits
from storefront.customers.events import (
    CreditHoldersAsked,
    CustomerDataAsked,
    CustomerErased,
    CustomerHistoryAsked,
    CustomersMerged,
    HistoryMoment,
    HoldBalances,
    MergeAsked,
    MergeRow,
)


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


def tell_history(question: CustomerHistoryAsked) -> None:
    """Add what was put into the customer's credit and taken from it; what paid an order stands with the order."""
    if "credits.view" not in question.permissions:
        return
    entries = list_credit_entries(question.customer_id).exclude(kind=EntryKind.SPENT)
    for entry in entries.annotate(currency=F("store_credit__currency"))[: question.limit]:
        sign = "+" if entry.amount > 0 else "−"
        amount = format_money(abs(entry.amount), entry.currency, get_language() or "en")
        title = _("Store credit %(change)s") % {"change": f"{sign}{amount}"}
        url = reverse("dashboard_customer_credit", args=[question.customer_id])
        question.moments.append(HistoryMoment(entry.created_at, title, entry.note, who_moved(entry), url=url))


def name_credit_holders(question: CreditHoldersAsked) -> None:
    """Say whose credit is not spent, in whatever currency."""
    question.customer_ids = StoreCredit.objects.filter(balance_amount__gt=0).values("customer_id")


def hold_balances(event: HoldBalances) -> None:
    """Hold the cards and the credit of customers, in the order in which an order that they pay does."""
    for model in (GiftCard, StoreCredit):
        theirs = model._default_manager.select_for_update(of=("self",)).filter(customer_id__in=event.customer_ids)
        list(theirs.order_by("pk").values_list("pk"))


def compare_credits(question: MergeAsked) -> None:
    """Say what each of two customers has with the store."""
    if "credits.view" not in question.permissions:
        return
    stays, goes = (
        {each.currency: each.balance_amount for each in list_credits(pk)}
        for pk in (question.stays_id, question.goes_id)
    )
    for currency in sorted({*stays, *goes}):
        sums = [stays.get(currency, 0), goes.get(currency, 0), stays.get(currency, 0) + goes.get(currency, 0)]
        if any(sums):
            said = [format_money(amount, currency, get_language() or "en") for amount in sums]
            question.rows.append(MergeRow(_("Store credit"), *said))
    cards = (GiftCard.objects.filter(customer_id=pk).count() for pk in (question.stays_id, question.goes_id))
    question.add(_("Gift cards"), *cards)


def move_credits(event: CustomersMerged) -> None:
    """Make one customer's cards and credit the other's, with every line of the ledger."""
    GiftCard.objects.filter(customer_id=event.goes_id).update(customer_id=event.stays_id)
    merge_credits(stays_id=event.stays_id, goes_id=event.goes_id, actor=event.actor, now=event.now)


def blank_cards(event: CustomerErased) -> None:
    """Take the person out of their cards; the balances stay, whoever holds a card's code may spend it."""
    GiftCard.objects.filter(customer_id=event.customer_id).update(
        recipient_email="", recipient_name="", message="", note="", customer=None
    )
