"""What shipping adds to a product's page: when it would arrive and what that costs."""

from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from storefront.catalog.shown import shown
from storefront.shipping.countries import country_name
from storefront.shipping.dates import format_window
from storefront.shipping.rates import Parcel, Rate, Row, make_offer


@dataclass(frozen=True, slots=True)
class Promise:
    """When it arrives, and where and for how much, in words."""

    title: str
    text: str


def delivery_promise(delivery: Row | None, *, price_amount: int, weight_grams: int = 0) -> Promise | None:
    """Return what the first way to deliver one piece within the store's own country comes to, or None where none goes there."""
    country = current_tenant().country
    parcel = Parcel(country=country, subtotal_amount=price_amount, weight_grams=weight_grams)
    offer = make_offer(delivery, parcel, prices=shown(), today=timezone.localdate())
    if not offer.rates:
        return None
    rate = offer.rates[0]
    return Promise(
        title=_("Arrives %(window)s") % {"window": format_window(rate.from_date, rate.to_date)},
        text=_say_cost(country_name(country), rate),
    )


def _say_cost(country: str, rate: Rate) -> str:
    currency, language = shown().currency, translation.get_language() or "en"
    if rate.amount == 0:
        return _("To %(country)s, free") % {"country": country}
    said = {"country": country, "cost": format_money(rate.amount, currency, language)}
    if rate.free_over_amount is None:
        return _("To %(country)s · %(cost)s") % said
    return _("To %(country)s · %(cost)s, free over %(limit)s") % {
        **said,
        "limit": format_money(rate.free_over_amount, currency, language),
    }
