"""What lists do when a customer signs in, asks for their data, is made one with another, or leaves."""

from django.utils.translation import gettext as _

from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomerSignedIn, CustomersMerged, MergeAsked
from storefront.wishlists.models import MOST_ITEMS, SavedItem, Wishlist
from storefront.wishlists.selectors import SESSION_KEY
from storefront.wishlists.services import merge_guest_list, merge_lists


def bring_along(event: CustomerSignedIn) -> None:
    """Bring what was saved as a stranger into the account."""
    token = event.session.pop(SESSION_KEY, None)
    if token:
        merge_guest_list(guest_token=token, customer_id=event.customer_id, now=event.now)


def add_saved(question: CustomerDataAsked) -> None:
    """Add what the customer keeps for later."""
    rows = SavedItem.objects.filter(wishlist__customer_id=question.customer_id).select_related("product").order_by("pk")
    question.sections["saved"] = [{"product": row.product.title, "saved_at": row.created_at} for row in rows]


def compare_saved(question: MergeAsked) -> None:
    """Say how much each of two customers keeps for later."""
    stays, goes = (
        set(SavedItem.objects.filter(wishlist__customer_id=pk).values_list("product_id", flat=True))
        for pk in (question.stays_id, question.goes_id)
    )
    question.add(_("Saved items"), len(stays), len(goes), min(len(stays | goes), MOST_ITEMS))


def move_saved(event: CustomersMerged) -> None:
    """Make one list of two."""
    merge_lists(stays_id=event.stays_id, goes_id=event.goes_id)


def remove_saved(event: CustomerErased) -> None:
    """Remove the customer's list."""
    Wishlist.objects.filter(customer_id=event.customer_id).delete()
