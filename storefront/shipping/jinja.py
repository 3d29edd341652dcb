"""What shipping adds to a product's page: when it would arrive and what that costs."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from storefront.catalog.shown import shown
from storefront.shipping.countries import country_name
from storefront.shipping.dates import format_window
from storefront.shipping.selectors import working_day

# Read together with the product (`storefront.catalog.page_parts`): the ways to deliver, zone by zone.
DELIVERY_PART = """
    SELECT json_agg(json_build_object(
        'countries', z.countries, 'price_amount', m.price_amount, 'free_over_amount', m.free_over_amount,
        'minimum_days', m.minimum_days, 'maximum_days', m.maximum_days)
        ORDER BY z.position, z.id, m.position, m.id)
    FROM shipping_shippingzone AS z JOIN shipping_shippingmethod AS m ON m.zone_id = z.id WHERE m.is_active"""


@dataclass(frozen=True, slots=True)
class Promise:
    """When it arrives, and where and for how much, in words."""

    title: str
    text: str


def delivery_promise(methods: list[dict[str, Any]] | None, *, price_amount: int) -> Promise | None:
    """Return what the first way to deliver one piece within the store's own country comes to, or None where none goes there."""
    tenant = current_tenant()
    method = find_method(methods, country=tenant.country)
    if method is None:
        return None
    prices, today = shown(), timezone.localdate()
    amount, free_over = prices.convert(method["price_amount"]), prices.convert_or_none(method["free_over_amount"])
    first, last = (working_day(today, method[name]) for name in ("minimum_days", "maximum_days"))
    return Promise(
        title=_("Arrives %(window)s") % {"window": format_window(first, last)},
        text=_say_cost(country_name(tenant.country), amount, free_over, price_amount),
    )


def find_method(methods: list[dict[str, Any]] | None, *, country: str) -> dict[str, Any] | None:
    """Return the first way to deliver to a country, of those that a product's page has read.

    A zone that names the country goes before the zone for everywhere else, as `list_rates` does it.
    """
    found = methods or []
    named = [one for one in found if country in one["countries"]]
    return next(iter(named or [one for one in found if not one["countries"]]), None)


def _say_cost(country: str, amount: int, free_over: int | None, price_amount: int) -> str:
    currency, language = shown().currency, translation.get_language() or "en"
    if amount == 0 or (free_over is not None and price_amount >= free_over):
        return _("To %(country)s, free") % {"country": country}
    said = {"country": country, "cost": format_money(amount, currency, language)}
    if free_over is None:
        return _("To %(country)s · %(cost)s") % said
    return _("To %(country)s · %(cost)s, free over %(limit)s") % {
        **said,
        "limit": format_money(free_over, currency, language),
    }
