"""Change the zones of a store, of which no two take the same place."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.customers.postal.regions import list_regions, region_name
from storefront.shipping.countries import country_name, is_country
from storefront.shipping.errors import RateRefused, ZoneNotFound, ZoneRefused
from storefront.shipping.locks import lock_delivery
from storefront.shipping.models import ShippingMethod, ShippingSettings, ShippingZone

MAXIMUM_ZONES = 40
MAXIMUM_HANDLING_DAYS = 60


def create_default_rates(
    *,
    zone_name: str,
    method_name: str,
    price_amount: int,
    free_over_amount: int,
    translations: Mapping[str, Mapping[str, str]] | None = None,
) -> ShippingMethod:
    """Give a new store one zone for everywhere and one way to deliver there; a store that has zones keeps them."""
    zone = ShippingZone.objects.order_by("pk").first() or ShippingZone.objects.create(name=zone_name)
    return zone.methods.order_by("pk").first() or ShippingMethod.objects.create(
        zone=zone,
        name=method_name,
        price_amount=price_amount,
        free_over_amount=free_over_amount,
        translations=dict(translations or {}),
    )


def save_zone(
    *, zone_id: int | None, name: str, countries: Sequence[str], regions: Mapping[str, Sequence[str]]
) -> ShippingZone:
    """Change a zone, or add one when `zone_id` is None; no countries means everywhere else.

    Raises: ZoneRefused, with the field that is wrong, also where another zone has one of the places; ZoneNotFound.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise ZoneRefused(_("Give the zone a name, such as “Canada” or “Europe”."), field="name")
    places, parts = _clean_countries(countries), _clean_regions(countries, regions)
    with transaction.atomic():
        lock_delivery()
        zones = {zone.pk: zone for zone in ShippingZone.objects.order_by("position", "pk")}
        zone = zones.pop(zone_id, None) if zone_id is not None else ShippingZone(position=len(zones))
        if zone is None:
            raise _gone()
        if zone_id is None and len(zones) >= MAXIMUM_ZONES:
            raise ZoneRefused(_("A store has at most %(most)s zones.") % {"most": MAXIMUM_ZONES})
        zone.name, zone.countries, zone.regions = name, places, parts
        for other in zones.values():
            _refuse_overlap(zone, other)
        zone.save()
    return zone


def remove_zone(*, zone_id: int) -> str:
    """Take a zone away with its ways of delivery and return its name; orders keep what they were sent by.

    Raises: ZoneNotFound; RateRefused where nobody could check out afterwards.
    """
    with transaction.atomic():
        lock_delivery()
        zone = ShippingZone.objects.filter(pk=zone_id).first()
        if zone is None:
            raise _gone()
        if not ShippingMethod.objects.filter(is_active=True).exclude(zone=zone).exists():
            raise RateRefused(
                _("This is the only zone with a way of delivery. Shoppers could not check out without it.")
            )
        name = zone.name
        zone.delete()
    return name


def set_handling_days(*, days: int) -> ShippingSettings:
    """Say how many working days go by before a parcel leaves; what shoppers are promised comes that much later.

    Raises: RateRefused.
    """
    if not 0 <= days <= MAXIMUM_HANDLING_DAYS:
        raise RateRefused(_("Between 0 and %(most)s working days.") % {"most": MAXIMUM_HANDLING_DAYS}, field="days")
    with transaction.atomic():
        settings = lock_delivery()
        settings.handling_days = days
        settings.save(update_fields=["handling_days"])
    return settings


def _clean_countries(countries: Sequence[str]) -> list[str]:
    unknown = [code for code in countries if not is_country(code)]
    if unknown:
        raise ZoneRefused(_("“%(code)s” is no country.") % {"code": unknown[0][:10]}, field="countries")
    return sorted(set(countries))


def _clean_regions(countries: Sequence[str], regions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the parts of countries that are not meant as a whole; all of them is the whole."""
    found: dict[str, list[str]] = {}
    for country in sorted(set(countries) & set(regions)):
        known = [region.code for region in list_regions(country)]
        wanted = sorted(set(regions[country]))
        if any(code not in known for code in wanted):
            raise ZoneRefused(
                _("%(country)s has no such province or state.") % {"country": country_name(country)}, field="countries"
            )
        if wanted and len(wanted) < len(known):
            found[country] = wanted
    return found


def _refuse_overlap(zone: ShippingZone, other: ShippingZone) -> None:
    said: dict[str, str] = {"zone": other.name}
    if not zone.countries and not other.countries:
        raise ZoneRefused(
            _("“%(zone)s” is for everywhere else already, and there can be one of these.") % said, field="countries"
        )
    for country in sorted(set(zone.countries) & set(other.countries)):
        own, taken = zone.regions.get(country), other.regions.get(country)
        said["country"] = country_name(country)
        if own is None and taken is None:
            raise ZoneRefused(
                _("%(country)s is in the zone “%(zone)s” already. Take it out there, or choose provinces.") % said,
                field="countries",
            )
        both = sorted(set(own or ()) & set(taken or ()))
        if both:
            said["region"] = region_name(country, both[0])
            raise ZoneRefused(_("%(region)s is in the zone “%(zone)s” already.") % said, field="countries")


def _gone() -> ZoneNotFound:
    return ZoneNotFound(_("There is no such zone. It may have been removed."))
