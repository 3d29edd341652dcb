"""Read stock."""

from storefront.inventory.models import Reservation, Stock


def find_stock(variant_id: int) -> Stock | None:
    """Return the default warehouse's row of a variant, or None where it is not counted."""
    return Stock.objects.filter(variant_id=variant_id, warehouse__is_default=True).first()


def list_held(order_token: str) -> dict[int, int]:
    """Return how many units of each variant are held for an order that is being paid."""
    held = Reservation.objects.filter(order_token=order_token, state=Reservation.HELD)
    return dict(held.values_list("stock__variant_id", "quantity"))
