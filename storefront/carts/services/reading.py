"""What a change of a cart looks at first: the variant, how many there are, and how it is called."""

import json
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.db.prepared import prepared_cursor
from storefront.carts.errors import CartNotFound, VariantUnavailable
from storefront.carts.locks import lock_cart
from storefront.carts.models import MAXIMUM_QUANTITY, Cart
from storefront.carts.selectors import find_holds
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.translations import say, say_version

_OF_VARIANT = (
    "id",
    "product_id",
    "title",
    "option_values",
    "translations",
    "tracks_stock",
    "sells_when_out",
    "available_count",
)
_OF_PRODUCT = ("id", "title", "translations")
# The columns of both in this order, and how many of it the cart has already.
_SOLD = """
SELECT json_build_object(
        'product', json_build_array(product.id, product.title, product.translations),
        'variant', json_build_array(variant.id, product.id, variant.title, variant.option_values, variant.translations,
                                    variant.tracks_stock, variant.sells_when_out, variant.available_count),
        'has', (SELECT line.quantity FROM carts_cartline AS line JOIN carts_cart AS cart ON cart.id = line.cart_id
                 WHERE cart.token = %s::text AND line.variant_id = variant.id))::text
  FROM catalog_productvariant AS variant JOIN catalog_product AS product ON product.id = variant.product_id
 WHERE variant.id = %s AND product.status = 'active'
"""


@dataclass(frozen=True, slots=True)
class CartChange:
    """What a change came to: the line's new quantity, and whether there were fewer left than were asked for.

    `had_presents` tells that what was removed were gift cards for somebody.
    `items_count` is how many units the cart holds after an addition.
    """

    variant_id: int
    title: str
    quantity: int
    was_capped: bool = False
    removed_quantity: int = 0
    had_presents: bool = False
    was_repriced: bool = False
    items_count: int = 0


def lock_open(cart: Cart) -> Cart:
    """Return the cart, locked.

    Raises: CartNotFound for one that has become an order.
    """
    locked = lock_cart(cart.token)
    if locked is None or locked.ordered_at is not None:
        raise CartNotFound(_("This cart has become an order. Start a new one."))
    return locked


def find_variant(token: str | None, variant_id: int) -> tuple[ProductVariant, int]:
    """Return a variant that is sold, and how many of it the cart with this token has already; one query.

    Raises: VariantUnavailable.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_SOLD, [token or "", variant_id])
        row = cursor.fetchone()
    if row is None:
        raise VariantUnavailable(_("This is no longer sold here. Your cart is unchanged."), field="variant_id")
    found = json.loads(row[0])
    variant = ProductVariant.from_db(DEFAULT_DB_ALIAS, _OF_VARIANT, found["variant"])
    variant.product = Product.from_db(DEFAULT_DB_ALIAS, _OF_PRODUCT, found["product"])
    return variant, found["has"] or 0


def count_most(token: str | None, variant: ProductVariant, wanted: int) -> int:
    """Return how many the cart may hold; what is held for it already counts, and is looked up only where it matters."""
    if not variant.tracks_stock or variant.sells_when_out:
        return MAXIMUM_QUANTITY
    available = max(0, variant.available_count)
    if available < wanted and token:
        available += find_holds(token).get(variant.pk, 0)
    return min(available, MAXIMUM_QUANTITY)


def name_variant(variant: ProductVariant) -> str:
    """Return what the thing is called, in the language of the request."""
    title, version = str(say(variant.product, "title")), say_version(variant)
    return f"{title}, {version}" if version else title


def say_all_in_cart(count: int) -> str:
    """Say that there are no more than lie in the cart."""
    return ngettext(
        "There is only %(num)s left, and it is in your cart already.",
        "There are only %(num)s left, and they are in your cart already.",
        count,
    ) % {"num": count}
