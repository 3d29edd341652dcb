"""Read what checkout shows before anything is placed."""

from collections.abc import Mapping

from storefront.carts.models import Cart
from storefront.carts.selectors import get_cart_view
from storefront.customers.models import Address, Customer
from storefront.customers.selectors import list_addresses
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order


def needs_delivery(cart: Cart | None) -> bool:
    """Tell whether anything in a cart has to be sent."""
    return any(line.requires_shipping for line in get_cart_view(cart).lines)


def find_order_of_cart(token: str | None) -> Order | None:
    """Return the order that a cart has become or is becoming, or None."""
    return Order.objects.filter(cart_token=token).first() if token else None


def find_known_details(*, customer: Customer | None, order: Order | None, country: str) -> Mapping[str, str]:
    """Return what the form starts with: the order being paid, else the customer's address, else the store's country."""
    if order is not None and order.status == OrderStatus.PENDING:
        kept = {**order.shipping_address, "email": order.email, "note": order.note, "saved": ""}
        return {**kept, "way": str(order.pickup["method_id"])} if order.pickup else kept
    if customer is None:
        return {"country": country}
    known = {"email": customer.email, "name": customer.name, "country": country}
    saved = list_saved_addresses(customer)
    return {**known, **_as_typed(saved[0])} if saved else known


def list_saved_addresses(customer: Customer | None) -> list[Address]:
    """Return a customer's addresses, the usual one first; none for a guest."""
    return list_addresses(customer) if customer else []


def find_address(*, customer: Customer | None, address_id: str) -> dict[str, str] | None:
    """Return one of the customer's own addresses as a form would hold it, or None."""
    return next((_as_typed(one) for one in list_saved_addresses(customer) if str(one.pk) == address_id), None)


def _as_typed(address: Address) -> dict[str, str]:
    names = ("name", "company", "line1", "line2", "city", "province", "postcode", "country", "phone")
    return {**{name: getattr(address, name) for name in names}, "saved": str(address.pk)}
