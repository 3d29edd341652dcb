"""What checkout answers when a cart asks."""

from django.db.models import Subquery

from storefront.carts.events import HoldsAsked
from storefront.carts.models import CartLine
from storefront.checkout.models import ApiIdempotencyKey
from storefront.customers.events import CustomerErased
from storefront.inventory.models import Reservation
from storefront.inventory.selectors import sets_from_units
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order


def answer_holds_asked(question: HoldsAsked) -> None:
    """Fill in what is held for the order that this cart is becoming; one query, and another where something is held."""
    order = Order.objects.filter(cart_token=question.cart_token, status=OrderStatus.PENDING)
    held = Reservation.objects.filter(state=Reservation.HELD, order_token__in=Subquery(order.values("token")))
    units: dict[int, int] = {}
    for variant_id, quantity in held.values_list("stock__variant_id", "quantity"):
        units[variant_id] = units.get(variant_id, 0) + quantity
    if units:
        bought = CartLine.objects.filter(cart__token=question.cart_token).values_list("variant_id", flat=True)
        units |= sets_from_units(units, bought)
    question.held.update(units)


def forget_erased(event: CustomerErased) -> None:
    """Remove answers of the API that name the customer; whoever sends the same key again is answered anew."""
    ApiIdempotencyKey.objects.filter(body__icontains=event.email).delete()
