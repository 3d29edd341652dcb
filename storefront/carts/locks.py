"""Locks on carts."""

from storefront.carts.models import Cart


def lock_cart(token: str | None) -> Cart | None:
    """Lock the cart with this token, ordered or not, until the transaction ends; None where there is none."""
    return Cart.objects.select_for_update(of=("self",)).filter(token=token).first() if token else None
