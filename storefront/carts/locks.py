"""Locks on carts."""

from storefront.carts.models import Cart
from storefront.carts.rows import read_cart


def lock_cart(token: str | None) -> Cart | None:
    """Lock the cart with this token, ordered or not, until the transaction ends; None where there is none."""
    return read_cart(token, is_locked=True)
