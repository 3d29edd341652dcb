"""Read carts."""

from django.http import HttpRequest

from storefront.carts.models import Cart

SESSION_KEY = "cart_token"


def find_cart(token: str | None) -> Cart | None:
    """Return the cart that has this token and has not become an order, or None."""
    return Cart.objects.filter(token=token, ordered_at__isnull=True).first() if token else None


def count_cart_items(request: HttpRequest) -> int:
    """Return how many units lie in the shopper's cart, for the badge."""
    cart = find_cart(request.session.get(SESSION_KEY))
    return cart.lines_count if cart else 0
