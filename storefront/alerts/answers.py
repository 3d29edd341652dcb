"""What alerts do when something can be had again."""

from django.utils.translation import gettext as _

from storefront.alerts.selectors import count_shared, list_wishes
from storefront.alerts.services import ask_for_mails, ask_for_mails_of_products, forget_person, move_person
from storefront.catalog.events import ProductChanged
from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomersMerged, MergeAsked
from storefront.inventory.events import StockReturned


def tell_returned(event: StockReturned) -> None:
    """Ask for the mails of variants that are back."""
    ask_for_mails(variant_ids=event.variant_ids)


def look_at_changed(event: ProductChanged) -> None:
    """Ask for the mails of variants that can be bought for another reason than their count, such as selling when out."""
    ask_for_mails_of_products(product_ids=event.product_ids)


def add_alerts(question: CustomerDataAsked) -> None:
    """Add what a customer wants to be told of."""
    if rows := list_wishes(question.email):
        question.sections["stock_alerts"] = rows


def compare_alerts(question: MergeAsked) -> None:
    """Say of how much each of two customers wants to be told."""
    stays, goes = len(list_wishes(question.stays_email)), len(list_wishes(question.goes_email))
    both = count_shared(question.stays_email, question.goes_email)
    question.add(_("Wishes to be told"), stays, goes, stays + goes - both)


def move_alerts(event: CustomersMerged) -> None:
    """Tell the address that stays what the other one wanted to be told."""
    move_person(old=event.goes_email, new=event.stays_email)


def forget_erased(event: CustomerErased) -> None:
    """Delete what a customer wanted to be told of."""
    forget_person(email=event.email)
