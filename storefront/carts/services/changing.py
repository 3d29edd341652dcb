"""Change what lies in a cart: lock it, check what is left, write, count."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.db.batch import Batch
from storefront.carts.errors import LineNotFound, SoldOut
from storefront.carts.models import Cart, CartLine
from storefront.carts.quantities import check_quantity
from storefront.carts.services.reading import CartChange, count_most, lock_open, name_variant


def change_currency(*, cart: Cart, currency: str, now: datetime) -> bool:
    """Price a cart in another currency (empty for the store's own); tell whether things in it cost something else now.

    Raises: CartNotFound.
    """
    if cart.currency == currency:
        return False
    with transaction.atomic():
        locked = lock_open(cart)
        Cart.objects.filter(pk=locked.pk).update(currency=currency, version=F("version") + 1, updated_at=now)
    cart.currency = currency
    return locked.lines_count > 0


def set_quantity(*, cart: Cart, line_id: int, quantity: int, now: datetime) -> CartChange:
    """Set how many of a line's variant the cart holds; where fewer are left, that many, and `was_capped` says so.

    Raises: QuantityRefused, LineNotFound, SoldOut, CartNotFound.
    """
    check_quantity(quantity)
    with transaction.atomic():
        cart = lock_open(cart)
        line = _find_line(cart, line_id)
        most = count_most(cart.token, line.variant, quantity)
        if most == 0:
            raise SoldOut(_("“%(title)s” is sold out. Remove it to go on.") % {"title": name_variant(line.variant)})
        wanted = min(quantity, most)
        CartLine.objects.filter(pk=line.pk).update(quantity=wanted)
        _touch(cart, units=wanted - line.quantity, now=now)
    return CartChange(line.variant_id, name_variant(line.variant), wanted, was_capped=wanted < quantity)


def remove_line(*, cart: Cart, line_id: int, now: datetime) -> CartChange:
    """Take a line out of the cart and return what it held, so that it can be put back.

    Raises: LineNotFound, CartNotFound.
    """
    with transaction.atomic():
        cart = lock_open(cart)
        line = _find_line(cart, line_id)
        CartLine.objects.filter(pk=line.pk).delete()
        _touch(cart, units=-line.quantity, now=now)
    return CartChange(
        line.variant_id,
        name_variant(line.variant),
        0,
        removed_quantity=line.quantity,
        had_presents=bool(line.presents),
    )


def mark_ordered(*, token: str | None, now: datetime) -> None:
    """Close the cart that has become an order; its shopper's next one is new."""
    Cart.objects.filter(token=token, ordered_at__isnull=True).update(ordered_at=now)


def add_order_of_cart(batch: Batch, *, token: str, order_token: str) -> None:
    """Put into a batch that a cart is becoming an order; the cart is locked."""
    batch.add("ordered_cart", "UPDATE carts_cart SET order_token = %s WHERE token = %s", [order_token, token])


def _find_line(cart: Cart, line_id: int) -> CartLine:
    line = cart.lines.filter(pk=line_id).select_related("variant__product").first()
    if line is None:
        raise LineNotFound(_("This is no longer in your cart."))
    return line


def _touch(cart: Cart, *, units: int, now: datetime) -> None:
    Cart.objects.filter(pk=cart.pk).update(
        lines_count=F("lines_count") + units, version=F("version") + 1, updated_at=now
    )
