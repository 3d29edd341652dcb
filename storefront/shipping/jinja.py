"""What shipping adds to a product's page: when it would arrive and what that costs."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.catalog.shown import shown
from storefront.shipping.countries import country_name
from storefront.shipping.dates import format_window
from storefront.shipping.home import HomeDelivery
from storefront.shipping.rates import Rate


@dataclass(frozen=True, slots=True)
class Promise:
    """When it arrives, and where and for how much, in words."""

    title: str
    text: str


def delivery_promise(home: HomeDelivery, *, price_amount: int, weight_grams: int = 0) -> Promise | None:
    """Return what it comes to for one piece, or None where nothing is sent within the store's own country."""
    rate = home.rate(price_amount=price_amount, weight_grams=weight_grams)
    if rate is None:
        return None
    return Promise(
        title=_("Arrives %(window)s") % {"window": format_window(rate.from_date, rate.to_date)},
        text=_say_cost(country_name(home.country), rate),
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
