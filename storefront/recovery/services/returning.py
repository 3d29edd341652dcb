"""Bring a cart back by the link of a reminder, on whatever device it is opened."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storefront.carts.errors import CodeRefused
from storefront.carts.models import Cart
from storefront.carts.selectors import find_cart
from storefront.carts.services import Filled, Typed, enter_code, fill_cart
from storefront.customers.models import Customer
from storefront.recovery.errors import ReminderNotFound
from storefront.recovery.models import AbandonedCart, CartReturn
from storefront.recovery.services.reminding import find_code
from storefront.recovery.tokens import RETURN, is_right, read_id


@dataclass(frozen=True, slots=True)
class Returned:
    """The cart that has the goods now, what could not be put into it, and the code that came along."""

    filled: Filled
    code: str = ""


def open_reminder(*, token: str, now: datetime) -> AbandonedCart:
    """Return the cart left behind that a mailed link names, with its cart.

    Raises: ReminderNotFound when the link was changed, has run out, or its cart became an order.
    """
    found = read_id(token)
    rows = AbandonedCart.objects.select_related("cart").filter(mailed_at__isnull=False, expires_at__gt=now)
    row = rows.filter(pk=found, cart__ordered_at__isnull=True).first() if found else None
    if row is None or not is_right(token, abandoned_id=row.pk, nonce=row.nonce, purpose=RETURN):
        raise ReminderNotFound(_("This link works no longer: it is old, or its cart has become an order."))
    return row


def bring_back(
    *, token: str, session_token: str | None, customer: Customer | None, address: str, now: datetime
) -> Returned:
    """Put what was left behind into the visitor's own cart, as it can be had today, with the code of the reminder.

    The visitor may be anybody with the link: they get the goods of the cart and nothing else that belongs to it. What their cart
    has already counts, so that pressing twice brings nothing twice.
    Raises: ReminderNotFound.
    """
    row = open_reminder(token=token, now=now)
    own = find_cart(session_token)
    if own is not None and own.pk == row.cart_id:
        filled = Filled(own.token)
    else:
        wanted = list(row.cart.lines.order_by("created_at", "pk").values_list("variant_id", "quantity"))
        currency = own.currency if own is not None else row.cart.currency
        filled = fill_cart(token=session_token, customer=customer, wanted=wanted, currency=currency, now=now)
        own = find_cart(filled.token)
    if own is None:
        return Returned(filled)
    CartReturn.objects.get_or_create(abandoned=row, cart_token=own.token, defaults={"created_at": now})
    return Returned(filled, code=_bring_code(own, customer, address=address, now=now))


def _bring_code(cart: Cart, customer: Customer | None, *, address: str, now: datetime) -> str:
    customer_id = customer.pk if customer else None
    code = find_code(customer_id=customer_id, currency=cart.currency, now=now)
    if not code:
        return ""
    try:
        enter_code(cart=cart, text=code, who=Typed(address, customer_id), now=now)
    except CodeRefused:
        return ""
    return code
