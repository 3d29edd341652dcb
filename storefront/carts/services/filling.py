"""Put several things into a shopper's cart at once, as far as they can be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.errors import ShopsteadError
from storefront.carts.models import CartLine
from storefront.carts.services.adding import add_for_shopper
from storefront.carts.services.reading import name_variant
from storefront.catalog.models import ProductVariant
from storefront.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Filled:
    """The token of the cart (empty where none was made), how many kinds of things came, and the names of those left out."""

    token: str
    came: int = 0
    left_out: tuple[str, ...] = ()


def fill_cart(
    *,
    token: str | None,
    customer: Customer | None,
    wanted: Sequence[tuple[int, int]],
    currency: str,
    now: datetime,
) -> Filled:
    """Bring the shopper's cart, or a new one, to at least these (variant id, quantity), each as far as there are any.

    What the cart has already counts: asking twice brings nothing twice. Each thing is an addition of its own, so that one
    which is gone keeps nothing else out.
    """
    own = (
        CartLine.objects.filter(cart__token=token, cart__ordered_at__isnull=True) if token else CartLine.objects.none()
    )
    has = dict(own.values_list("variant_id", "quantity"))
    kept, came, gone = (token or "") if has else "", 0, []
    for variant_id, quantity in wanted:
        missing = quantity - has.get(variant_id, 0)
        if missing <= 0:
            continue
        try:
            kept, _change = add_for_shopper(
                token=kept or token,
                customer=customer,
                variant_id=variant_id,
                quantity=missing,
                now=now,
                currency=currency,
            )
        except ShopsteadError:
            gone.append(variant_id)
        else:
            came += 1
    names = ProductVariant.objects.select_related("product").in_bulk(gone)
    return Filled(kept, came, tuple(name_variant(names[pk]) for pk in gone if pk in names))
