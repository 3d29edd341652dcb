"""Put something into a cart: look at the goods, write the line with its limit, count."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.batch import Batch, Made
from core.db.prepared import prepared_cursor
from core.ids import new_token
from storefront.carts.errors import CartFull, CartNotFound, QuantityCapped, SoldOut
from storefront.carts.models import MAXIMUM_LINES, Cart, CartLine
from storefront.carts.quantities import check_quantity
from storefront.carts.selectors import find_cart
from storefront.carts.services.reading import (
    CartChange,
    count_most,
    find_variant,
    name_variant,
    say_all_in_cart,
)
from storefront.credits.presents import Present, list_presents
from storefront.customers.models import Customer

_CART = """
SELECT id, currency, lines_count FROM carts_cart WHERE token = %s AND ordered_at IS NULL FOR UPDATE
"""
_LINE = """
INSERT INTO carts_cartline (cart_id, variant_id, quantity, created_at)
SELECT cart.id, %s, %s, %s FROM cart
 WHERE cart.lines_count < %s
    OR EXISTS (SELECT FROM carts_cartline AS own WHERE own.cart_id = cart.id AND own.variant_id = %s)
    OR (SELECT count(*) FROM carts_cartline AS other WHERE other.cart_id = cart.id) < %s
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = least(carts_cartline.quantity + %s, %s)
RETURNING quantity
"""
_COUNT = """
UPDATE carts_cart
   SET lines_count = (SELECT coalesce(sum(quantity), 0) FROM carts_cartline WHERE cart_id = carts_cart.id),
       currency = coalesce(%s, currency), version = version + 1, updated_at = %s
 WHERE id = %s
RETURNING lines_count::text
"""


def get_or_create_cart(*, token: str | None, customer: Customer | None, now: datetime, currency: str = "") -> Cart:
    """Return the open cart with this token, or a new one in this currency (empty for the store's own)."""
    return find_cart(token) or Cart.objects.create(
        token=new_token(), customer=customer, currency=currency, created_at=now, updated_at=now
    )


def add_to_cart(
    *,
    cart: Cart,
    variant_id: int,
    quantity: int,
    now: datetime,
    currency: str | None = None,
    present: Present | None = None,
) -> CartChange:
    """Put more of a variant in the cart; where fewer are left, those are put in and `was_capped` says so.

    With a `currency` (empty for the store's own) the cart is priced in it from now on, or nothing is changed at all.
    A `present` says who gets what is added, where that is gift cards; of other goods it says nothing.
    Three queries. Raises: QuantityRefused, VariantUnavailable, SoldOut, QuantityCapped when all that is left is in the
    cart already, CartFull, CartNotFound for a cart that has become an order.
    """
    if present is None:
        change = _add(cart.token, variant_id=variant_id, quantity=quantity, now=now, currency=currency)
    else:
        with transaction.atomic():
            change = _add(cart.token, variant_id=variant_id, quantity=quantity, now=now, currency=currency)
            _keep_present(cart.token, variant_id, replace(present, count=quantity))
    cart.lines_count = change.items_count
    cart.currency = cart.currency if currency is None else currency
    return change


def add_for_shopper(
    *,
    token: str | None,
    customer: Customer | None,
    variant_id: int,
    quantity: int,
    now: datetime,
    currency: str,
    present: Present | None = None,
) -> tuple[str, CartChange]:
    """Do the same to the open cart with this token, or to a new one where there is none; return its token.

    A `present` says who gets what is added, where that is gift cards; of other goods it says nothing.
    Three queries, two for a new cart. Raises: as `add_to_cart`, and then no new cart is made.
    """
    if present is not None:
        with transaction.atomic():
            token, change = add_for_shopper(
                token=token, customer=customer, variant_id=variant_id, quantity=quantity, now=now, currency=currency
            )
            _keep_present(token, variant_id, replace(present, count=quantity))
        return token, change
    if token:
        try:
            return token, _add(token, variant_id=variant_id, quantity=quantity, now=now, currency=currency)
        except CartNotFound:
            pass
    cart = Cart(token=new_token(), customer=customer, currency=currency, created_at=now, updated_at=now)
    return cart.token, _begin(cart, variant_id=variant_id, quantity=quantity, now=now)


def _add(token: str, *, variant_id: int, quantity: int, now: datetime, currency: str | None) -> CartChange:
    check_quantity(quantity)
    variant, has = find_variant(token, variant_id)
    most = count_most(token, variant, has + quantity)
    if most == 0:
        raise SoldOut(_("“%(title)s” is sold out. Your cart is unchanged.") % {"title": name_variant(variant)})
    if has >= most:
        raise QuantityCapped(say_all_in_cart(most))
    with transaction.atomic():
        cart, written = _write_line(token, variant_id=variant_id, quantity=quantity, most=most, now=now)
        with prepared_cursor() as cursor:
            cursor.execute(_COUNT, [currency, now, cart["id"]])
            items_count = int(cursor.fetchone()[0])
    return CartChange(
        variant_id,
        name_variant(variant),
        written,
        was_capped=written < has + quantity,
        was_repriced=currency not in (None, cart["currency"]) and cart["lines_count"] > 0,
        items_count=items_count,
    )


def _write_line(token: str, *, variant_id: int, quantity: int, most: int, now: datetime) -> tuple[dict[str, Any], int]:
    """Lock the cart and write the line, in one statement: return the cart as it was, and how many the line has now."""
    carts: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    batch = Batch()
    batch.add("cart", _CART, [token], then=carts.extend)
    first = min(quantity, most)
    limits = [MAXIMUM_LINES, variant_id, MAXIMUM_LINES, quantity, most]
    batch.add("line", _LINE, [variant_id, first, now, *limits], then=lines.extend)
    batch.run(is_prepared=True)
    if not carts:
        raise CartNotFound(_("This cart has become an order. Start a new one."))
    if not lines:
        raise CartFull(_("A cart holds at most %(most)s different things.") % {"most": MAXIMUM_LINES})
    return carts[0], lines[0]["quantity"]


def _begin(cart: Cart, *, variant_id: int, quantity: int, now: datetime) -> CartChange:
    check_quantity(quantity)
    variant, _has = find_variant(None, variant_id)
    most = count_most(None, variant, quantity)
    if most == 0:
        raise SoldOut(_("“%(title)s” is sold out. Your cart is unchanged.") % {"title": name_variant(variant)})
    cart.lines_count, cart.version = min(quantity, most), 1
    line = CartLine(cart_id=Made("carts", "id"), variant_id=variant_id, quantity=cart.lines_count, created_at=now)
    batch = Batch()
    batch.insert("carts", [cart])
    batch.insert("lines", [line])
    batch.run()
    return CartChange(
        variant_id,
        name_variant(variant),
        cart.lines_count,
        was_capped=cart.lines_count < quantity,
        items_count=cart.lines_count,
    )


def _keep_present(token: str, variant_id: int, present: Present) -> None:
    """Write who gets the gift cards that were just added; the cart is locked."""
    lines = CartLine.objects.filter(cart__token=token, variant_id=variant_id, variant__is_gift_card=True)
    for line in lines:
        left = max(0, line.quantity - present.count)
        line.presents = [one.as_row() for one in list_presents(line.presents, left) if one.email] + [present.as_row()]
        line.save(update_fields=["presents"])
