"""What a store has set about delivery, in sentences for the merchant."""

from collections.abc import Iterable

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.customers.postal.regions import list_regions, region_name
from storefront.shipping.countries import country_name
from storefront.shipping.enums import Basis
from storefront.shipping.forms.fields import write_weight
from storefront.shipping.models import ShippingMethod, ShippingZone

_MOST_NAMES = 6


def say_places(zone: ShippingZone) -> str:
    """Return the places of a zone: ``Canada (Quebec, Ontario), United States``; all names up to six, then how many more."""
    if not zone.countries:
        return _("Every country that no other zone names")
    names = sorted(_say_country(zone, country) for country in zone.countries)
    return _join(names)


def say_left_out(zones: Iterable[ShippingZone]) -> list[str]:
    """Return the provinces of countries that zones name in parts and no zone takes: ``Canada: Alberta, Manitoba``."""
    taken: dict[str, set[str]] = {}
    whole: set[str] = set()
    for zone in zones:
        if not zone.countries:
            return []
        for country in zone.countries:
            if country in zone.regions:
                taken.setdefault(country, set()).update(zone.regions[country])
            else:
                whole.add(country)
    found = []
    for country in sorted(set(taken) - whole, key=country_name):
        names = [one.name for one in list_regions(country) if one.code not in taken[country]]
        if names:
            found.append(_("%(country)s: %(places)s") % {"country": country_name(country), "places": _join(names)})
    return found


def say_price(method: ShippingMethod, currency: str) -> str:
    """Return what a way costs: ``$4.90, free from $60.00``, ``up to 1 kg: $5.00, then $8.00``."""
    said = [_say_flat(method.price_amount, currency)] if method.basis == Basis.FLAT else _say_steps(method, currency)
    if method.free_over_amount is not None:
        said.append(_("free from %(amount)s") % {"amount": _money(method.free_over_amount, currency)})
    return _(", ").join(said)


def say_days(minimum: int, maximum: int) -> str:
    """Return a span of working days: ``2 to 5 working days``."""
    if minimum == maximum:
        return ngettext("%(days)s working day", "%(days)s working days", maximum) % {"days": maximum}
    return _("%(first)s to %(last)s working days") % {"first": minimum, "last": maximum}


def _say_steps(method: ShippingMethod, currency: str) -> list[str]:
    steps = sorted(method.bands.all(), key=lambda one: (one.up_to is None, one.up_to or 0))
    said = []
    for step in steps:
        price = {"price": _say_flat(step.amount, currency)}
        if step.up_to is None:
            said.append(_("then %(price)s") % price if len(steps) > 1 else price["price"])
        elif method.basis == Basis.WEIGHT:
            said.append(_("up to %(kg)s kg: %(price)s") % {**price, "kg": write_weight(step.up_to)})
        else:
            said.append(_("below %(amount)s: %(price)s") % {**price, "amount": _money(step.up_to, currency)})
    if steps and steps[-1].up_to is not None:
        said.append(_("above that not delivered"))
    return said


def _say_flat(amount: int, currency: str) -> str:
    return _money(amount, currency) if amount else _("free")


def _say_country(zone: ShippingZone, country: str) -> str:
    regions = zone.regions.get(country)
    if regions is None:
        return country_name(country)
    names = sorted(region_name(country, code) for code in regions)
    return _("%(country)s (%(places)s)") % {"country": country_name(country), "places": _join(names)}


def _join(names: list[str]) -> str:
    shown = _(", ").join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more) % {"names": shown, "num": more}


def _money(amount: int, currency: str) -> str:
    return format_money(amount, currency, get_language() or "en")
