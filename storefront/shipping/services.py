"""Change where a store delivers to and for how much."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.money import MAX_AMOUNT
from storefront.shipping.errors import MethodNotFound, RateRefused
from storefront.shipping.models import ShippingMethod, ShippingZone

MAXIMUM_DAYS = 120
MAXIMUM_METHODS = 20


def create_default_rates(
    *, zone_name: str, method_name: str, price_amount: int, free_over_amount: int
) -> ShippingMethod:
    """Give a new store one zone for everywhere and one way to deliver there; a store that has zones keeps them."""
    zone = ShippingZone.objects.order_by("pk").first() or ShippingZone.objects.create(name=zone_name)
    return zone.methods.order_by("pk").first() or ShippingMethod.objects.create(
        zone=zone, name=method_name, price_amount=price_amount, free_over_amount=free_over_amount
    )


def save_method(
    *,
    method_id: int | None,
    name: str,
    price_amount: int,
    free_over_amount: int | None,
    minimum_days: int,
    maximum_days: int,
) -> ShippingMethod:
    """Change a way of delivery, or add one to the first zone when `method_id` is None.

    Raises: RateRefused, MethodNotFound.
    """
    name = name.strip()
    _check(name, price_amount, free_over_amount, minimum_days, maximum_days)
    values = {
        "name": name,
        "price_amount": price_amount,
        "free_over_amount": free_over_amount,
        "minimum_days": minimum_days,
        "maximum_days": maximum_days,
    }
    with transaction.atomic():
        zone = ShippingZone.objects.select_for_update().order_by("position", "pk").first()
        if method_id is None:
            if zone is None:
                zone = ShippingZone.objects.create(name=str(_("Everywhere")))
            position = zone.methods.count()
            if position >= MAXIMUM_METHODS:
                raise RateRefused(_("A store has at most %(most)s ways of delivery.") % {"most": MAXIMUM_METHODS})
            return ShippingMethod.objects.create(zone=zone, position=position, **values)
        if not ShippingMethod.objects.filter(pk=method_id).update(**values):
            raise MethodNotFound(_("There is no such way of delivery. It may have been removed."))
        return ShippingMethod.objects.get(pk=method_id)


def remove_method(*, method_id: int) -> None:
    """Take a way of delivery away; orders keep its name.

    Raises: MethodNotFound; RateRefused for the last one, because nobody could check out without one.
    """
    with transaction.atomic():
        list(ShippingZone.objects.select_for_update().order_by("pk"))
        if not ShippingMethod.objects.filter(pk=method_id).exists():
            raise MethodNotFound(_("There is no such way of delivery. It may have been removed."))
        if ShippingMethod.objects.filter(is_active=True).exclude(pk=method_id).count() == 0:
            raise RateRefused(_("This is the only way of delivery. Shoppers could not check out without it."))
        ShippingMethod.objects.filter(pk=method_id).delete()


def _check(name: str, price: int, free_over: int | None, minimum_days: int, maximum_days: int) -> None:
    if not 1 <= len(name) <= 120:
        raise RateRefused(_("Give it a name that shoppers understand, such as “Standard delivery”."), field="name")
    if not 0 <= price <= MAX_AMOUNT:
        raise RateRefused(_("The price must be 0 or more."), field="price")
    if free_over is not None and not 0 <= free_over <= MAX_AMOUNT:
        raise RateRefused(_("“Free from” must be 0 or more, or empty."), field="free_over")
    if not 0 <= minimum_days <= maximum_days <= MAXIMUM_DAYS:
        raise RateRefused(_("The days must be whole numbers, the first not larger than the second."), field="days")
