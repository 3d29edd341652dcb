"""Countries by part of the world, so that a merchant finds and takes many at once."""

from babel.core import get_global
from django.utils.translation import gettext as _

from storefront.shipping.countries import list_countries

EUROPEAN_UNION = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
     "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)  # fmt: skip
NORTH_AMERICA = frozenset({"CA", "MX", "US"})
PARTS = ("Europe", "Asia", "America", "Oceania", "Africa")
# Where a country's first time zone is called after an ocean, or a part of the world that nothing is sent to.
_OF_OCEANS = {
    **dict.fromkeys(("AX", "CY", "FO", "GG", "IM", "IS", "JE", "PT", "SJ"), "Europe"),
    **dict.fromkeys(("BM", "FK", "GL", "GS", "BV"), "America"),
    **dict.fromkeys(("CV", "KM", "MG", "MU", "RE", "SC", "SH", "YT", "TF"), "Africa"),
    **dict.fromkeys(("CC", "CX", "HM", "AQ"), "Oceania"),
    **dict.fromkeys(("IO", "MV"), "Asia"),
}


def list_parts() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return (key, name, countries as code and name) of each part of the world, in the language of the request."""
    names = {
        "Europe": _("Europe"),
        "Asia": _("Asia"),
        "America": _("The Americas"),
        "Oceania": _("Oceania"),
        "Africa": _("Africa"),
    }
    countries = list_countries()
    return [(key, names[key], [one for one in countries if find_part(one[0]) == key]) for key in PARTS]


def list_codes(group: str) -> frozenset[str]:
    """Return the countries of a part of the world, of the European Union (``EU``) or of North America (``NA``)."""
    if group == "EU":
        return EUROPEAN_UNION
    if group == "NA":
        return NORTH_AMERICA
    return frozenset(code for code, _name in list_countries("en") if find_part(code) == group)


def find_part(country: str) -> str:
    """Return the part of the world that a country is in, one of PARTS."""
    if country in _OF_OCEANS:
        return _OF_OCEANS[country]
    zones = get_global("territory_zones").get(country) or ["Pacific/Auckland"]
    place = zones[0].partition("/")[0]
    return {"Australia": "Oceania", "Pacific": "Oceania", "Indian": "Oceania", "Antarctica": "Oceania"}.get(
        place, place if place in PARTS else "Oceania"
    )
