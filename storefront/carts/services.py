"""Change a cart: lock it, check what is left, write, count."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.ids import new_token
from storefront.carts.errors import CartFull, CartNotFound, LineNotFound, QuantityCapped, SoldOut, VariantUnavailable
from storefront.carts.locks import lock_cart
from storefront.carts.models import MAXIMUM_LINES, MAXIMUM_QUANTITY, Cart, CartLine
from storefront.carts.quantities import check_quantity
from storefront.carts.selectors import find_cart, find_holds
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import ProductVariant
from storefront.catalog.translations import say, say_version
from storefront.customers.models import Customer


@dataclass(frozen=True, slots=True)
class CartChange:
    """What a change came to: the line's new quantity, and whether there were fewer left than were asked for."""

    variant_id: int
    title: str
    quantity: int
    was_capped: bool = False
    removed_quantity: int = 0
    was_repriced: bool = False


def get_or_create_cart(*, token: str | None, customer: Customer | None, now: datetime, currency: str = "") -> Cart:
    """Return the open cart with this token, or a new one in this currency (empty for the store's own)."""
    return find_cart(token) or Cart.objects.create(
        token=new_token(), customer=customer, currency=currency, created_at=now, updated_at=now
    )


def change_currency(*, cart: Cart, currency: str, now: datetime) -> bool:
    """Price a cart in another currency (empty for the store's own); tell whether things in it cost something else now.

    Raises: CartNotFound.
    """
    if cart.currency == currency:
        return False
    with transaction.atomic():
        locked = _lock_open(cart)
        Cart.objects.filter(pk=locked.pk).update(currency=currency, version=F("version") + 1, updated_at=now)
    cart.currency = currency
    return locked.lines_count > 0


def add_to_cart(
    *, cart: Cart, variant_id: int, quantity: int, now: datetime, currency: str | None = None
) -> CartChange:
    """Put more of a variant in the cart; where fewer are left, those are put in and `was_capped` says so.

    With a `currency` (empty for the store's own) the cart is priced in it from now on, or nothing is changed at all.
    Four queries. Raises: QuantityRefused, VariantUnavailable, SoldOut, QuantityCapped when all that is left is in the
    cart already, CartFull, CartNotFound for a cart that has become an order.
    """
    check_quantity(quantity)
    given = cart
    with transaction.atomic():
        cart = _lock_open(cart)
        variant, has = _find_variant(cart, variant_id)
        most = _most(cart, variant, has + quantity)
        if most == 0:
            raise SoldOut(_("“%(title)s” is sold out. Your cart is unchanged.") % {"title": _title(variant)})
        if has >= most:
            raise QuantityCapped(_all_in_cart(most))
        if not has and cart.lines_count >= MAXIMUM_LINES and cart.lines.count() >= MAXIMUM_LINES:
            raise CartFull(_("A cart holds at most %(most)s different things.") % {"most": MAXIMUM_LINES})
        wanted = min(has + quantity, most)
        was_repriced = currency not in (None, cart.currency) and cart.lines_count > 0
        if currency not in (None, cart.currency):
            Cart.objects.filter(pk=cart.pk).update(currency=currency)
        if has:
            cart.lines.filter(variant=variant).update(quantity=wanted)
        else:
            CartLine.objects.create(cart=cart, variant=variant, quantity=wanted, created_at=now)
        _touch(cart, units=wanted - has, now=now)
    given.currency = cart.currency if currency is None else currency
    return CartChange(
        variant.pk, _title(variant), wanted, was_capped=wanted < has + quantity, was_repriced=was_repriced
    )


def set_quantity(*, cart: Cart, line_id: int, quantity: int, now: datetime) -> CartChange:
    """Set how many of a line's variant the cart holds; where fewer are left, that many, and `was_capped` says so.

    Raises: QuantityRefused, LineNotFound, SoldOut, CartNotFound.
    """
    check_quantity(quantity)
    with transaction.atomic():
        cart = _lock_open(cart)
        line = _find_line(cart, line_id)
        most = _most(cart, line.variant, quantity)
        if most == 0:
            raise SoldOut(_("“%(title)s” is sold out. Remove it to go on.") % {"title": _title(line.variant)})
        wanted = min(quantity, most)
        CartLine.objects.filter(pk=line.pk).update(quantity=wanted)
        _touch(cart, units=wanted - line.quantity, now=now)
    return CartChange(line.variant_id, _title(line.variant), wanted, was_capped=wanted < quantity)


def remove_line(*, cart: Cart, line_id: int, now: datetime) -> CartChange:
    """Take a line out of the cart and return what it held, so that it can be put back.

    Raises: LineNotFound, CartNotFound.
    """
    with transaction.atomic():
        cart = _lock_open(cart)
        line = _find_line(cart, line_id)
        CartLine.objects.filter(pk=line.pk).delete()
        _touch(cart, units=-line.quantity, now=now)
    return CartChange(line.variant_id, _title(line.variant), 0, removed_quantity=line.quantity)


def mark_ordered(*, token: str | None, now: datetime) -> None:
    """Close the cart that has become an order; its shopper's next one is new."""
    Cart.objects.filter(token=token, ordered_at__isnull=True).update(ordered_at=now)


def _lock_open(cart: Cart) -> Cart:
    locked = lock_cart(cart.token)
    if locked is None or locked.ordered_at is not None:
        raise CartNotFound(_("This cart has become an order. Start a new one."))
    return locked


def _find_variant(cart: Cart, variant_id: int) -> tuple[ProductVariant, int]:
    """Return the variant, and how many of it the cart has already, in one query."""
    variant = (
        ProductVariant.objects.filter(pk=variant_id, product__status=ProductStatus.ACTIVE)
        .select_related("product")
        .annotate(own_line=FilteredRelation("cartline", condition=Q(cartline__cart=cart.pk)))
        .annotate(in_cart=F("own_line__quantity"))
        .first()
    )
    if variant is None:
        raise VariantUnavailable(_("This is no longer sold here. Your cart is unchanged."), field="variant_id")
    return variant, variant.in_cart or 0


def _find_line(cart: Cart, line_id: int) -> CartLine:
    line = cart.lines.filter(pk=line_id).select_related("variant__product").first()
    if line is None:
        raise LineNotFound(_("This is no longer in your cart."))
    return line


def _most(cart: Cart, variant: ProductVariant, wanted: int) -> int:
    """Return how many the cart may hold; what is held for it already counts, and is looked up only where it matters."""
    if not variant.tracks_stock or variant.sells_when_out:
        return MAXIMUM_QUANTITY
    available = max(0, variant.available_count)
    if available < wanted:
        available += find_holds(cart).get(variant.pk, 0)
    return min(available, MAXIMUM_QUANTITY)


def _touch(cart: Cart, *, units: int, now: datetime) -> None:
    Cart.objects.filter(pk=cart.pk).update(
        lines_count=F("lines_count") + units, version=F("version") + 1, updated_at=now
    )


def _title(variant: ProductVariant) -> str:
    title, version = str(say(variant.product, "title")), say_version(variant)
    return f"{title}, {version}" if version else title


def _all_in_cart(count: int) -> str:
    return ngettext(
        "There is only %(num)s left, and it is in your cart already.",
        "There are only %(num)s left, and they are in your cart already.",
        count,
    ) % {"num": count}
