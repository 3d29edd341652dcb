"""What carts do when a customer signs in, is made one with another, or leaves."""

from storefront.carts.models import Cart
from storefront.carts.notices import leave_notice
from storefront.carts.selectors import SESSION_KEY
from storefront.carts.services import bring_cart, merge_carts
from storefront.customers.events import CustomerErased, CustomerSignedIn, CustomersMerged, HoldOrders


def bring_along(event: CustomerSignedIn) -> None:
    """Make one cart of what the browser has and what the account kept, and leave word of it for the next look at the cart."""
    merged = bring_cart(token=event.session.get(SESSION_KEY), customer_id=event.customer_id, now=event.now)
    if merged is None:
        return
    event.session[SESSION_KEY] = merged.token
    if merged.words:
        leave_notice(event.session, merged.words)


def remove_carts(event: CustomerErased) -> None:
    """Remove the customer's carts, those that became orders too: the orders keep what was bought."""
    Cart.objects.filter(customer_id=event.customer_id).delete()


def hold_carts(event: HoldOrders) -> None:
    """Hold the customers' carts: whoever checks one out holds it before anything else."""
    list(Cart.objects.select_for_update().filter(customer_id__in=event.customer_ids).order_by("pk").values_list("pk"))


def move_carts(event: CustomersMerged) -> None:
    """Make one cart of what both had put by, and the carts of whoever goes those of the customer who stays."""
    merge_carts(stays_id=event.stays_id, goes_id=event.goes_id, now=event.now)
