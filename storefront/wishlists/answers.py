"""What lists do when a customer signs in, asks for their data or leaves."""

from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomerSignedIn
from storefront.wishlists.models import SavedItem, Wishlist
from storefront.wishlists.selectors import SESSION_KEY
from storefront.wishlists.services import merge_guest_list


def bring_along(event: CustomerSignedIn) -> None:
    """Bring what was saved as a stranger into the account."""
    token = event.session.pop(SESSION_KEY, None)
    if token:
        merge_guest_list(guest_token=token, customer_id=event.customer_id, now=event.now)


def add_saved(question: CustomerDataAsked) -> None:
    """Add what the customer keeps for later."""
    rows = SavedItem.objects.filter(wishlist__customer_id=question.customer_id).select_related("product").order_by("pk")
    question.sections["saved"] = [{"product": row.product.title, "saved_at": row.created_at} for row in rows]


def remove_saved(event: CustomerErased) -> None:
    """Remove the customer's list."""
    Wishlist.objects.filter(customer_id=event.customer_id).delete()
