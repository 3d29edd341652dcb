"""What checkout answers when a cart asks."""

from django.db.models import Subquery

from storefront.carts.events import HoldsAsked
from storefront.inventory.models import Reservation
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order


def answer_holds_asked(question: HoldsAsked) -> None:
    """Fill in what is held for the order that this cart is becoming; one query."""
    order = Order.objects.filter(cart_token=question.cart_token, status=OrderStatus.PENDING)
    held = Reservation.objects.filter(state=Reservation.HELD, order_token__in=Subquery(order.values("token")))
    question.held.update(held.values_list("stock__variant_id", "quantity"))
