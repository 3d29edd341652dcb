"""The parts of an address by country."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storefront.customers.postal.regions import find_region

_FIELDS = {"A": "line1", "D": "district", "C": "city", "S": "province", "Z": "postcode"}
# Where the data asks for more than people there are used to write, or a parcel needs.
_NOT_ASKED = {"CN": "Z", "HK": "S", "MY": "", "TH": ""}
_ASKED = {"MY": "S", "CN": "D"}
# A part of the city that only China asks for; elsewhere it stands in the street's line.
_WITH_DISTRICT = frozenset({"CN"})
_UNKNOWN = {"order": "ACSZ", "require": "AC"}
_LABELS: dict[str, Mapping[str, str | Promise]] = {
    "state": {
        "state": _("State"),
        "area": _("Area"),
        "county": _("County"),
        "department": _("Department"),
        "district": _("District"),
        "emirate": _("Emirate"),
        "island": _("Island"),
        "oblast": _("Region"),
        "parish": _("Parish"),
        "prefecture": _("Prefecture"),
        "": _("Province"),
    },
    "locality": {"suburb": _("Suburb"), "post_town": _("Town or city"), "district": _("District"), "": _("City")},
    "zip_label": {"zip": _("ZIP code"), "pin": _("PIN code"), "eircode": _("Eircode"), "": _("Postcode")},
}


@dataclass(frozen=True, slots=True)
class Province:
    """A first-level part of a country: its code in ISO 3166-2 without the country, its name, and how it is said in English."""

    code: str
    name: str
    latin: str = ""

    @property
    def label(self) -> str:
        """The name, and in English what it sounds like before it."""
        is_foreign = bool(self.latin) and not (get_language() or "en").startswith("zh")
        return f"{self.latin} {self.name}" if is_foreign else self.name


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """The parts that a country's addresses have below the name: `order` as columns of `Address`, and what is needed of them.

    `postcode` is what a whole postcode matches, `example` one of them; both are empty where any is taken. `kinds` says which sort
    of province and postcode these are (state, prefecture, zip); empty is the usual one. `district` stands in the order where a
    form asks for it; it is kept at the head of `line1`.
    """

    country: str
    order: tuple[str, ...]
    required: frozenset[str]
    labels: Mapping[str, str | Promise]
    kinds: Mapping[str, str]
    postcode: str
    example: str
    provinces: tuple[Province, ...]


def get_format(country: str) -> AddressFormat:
    """Return how addresses are written in a country (ISO 3166-1 alpha-2); in one that nobody knows, with everything."""
    return _format(country if country in _table() else "")


@cache
def _format(country: str) -> AddressFormat:
    row = _table().get(country, _UNKNOWN)
    letters = [one for one in row["order"] if one != "D" or country in _WITH_DISTRICT]
    needed = (set(row["require"]) | set(_ASKED.get(country, ""))) - set(_NOT_ASKED.get(country, ""))
    return AddressFormat(
        country=country,
        order=tuple(_FIELDS[one] for one in letters),
        required=frozenset(_FIELDS[one] for one in needed if one in _FIELDS and one in letters),
        labels={
            "line1": _("Street, house and room") if country == "CN" else _("Street and number"),
            "line2": _("Apartment or unit"),
            "district": _("District"),
            "city": _said(row, "locality"),
            "province": _said(row, "state"),
            "postcode": _said(row, "zip_label"),
        },
        kinds={"province": row.get("state", ""), "postcode": row.get("zip_label", "")},
        postcode=row.get("zip", ""),
        example=row.get("example", ""),
        provinces=tuple(Province(*one) for one in row.get("provinces", ())),
    )


def find_province(country: str, text: str) -> Province | None:
    """Return the province that somebody wrote, in whatever way `regions` knows it; None where it is none."""
    return _by_region(country).get(find_region(country, text)) if text and country in _table() else None


@cache
def _by_region(country: str) -> dict[str, Province]:
    """Return the provinces of a country's form by their codes in `regions`."""
    named = ((find_region(country, one.name), one) for one in get_format(country).provinces)
    return {code: one for code, one in named if code}


def _said(row: Mapping[str, Any], kind: str) -> str | Promise:
    return _LABELS[kind].get(row.get(kind, ""), _LABELS[kind][""])


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "formats.json").read_text(encoding="utf-8"))
    return found
