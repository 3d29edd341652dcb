"""The boxes of the checkout's address, as its country writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from storefront.checkout.details import LIMITS, PHONE_NEEDED
from storefront.customers.postal import (
    AddressFormat,
    find_province,
    get_format,
    list_cities,
    list_districts,
    split_district,
)
from storefront.shipping.countries import list_countries

_AUTOCOMPLETE = {
    "line1": "address-line1",
    "line2": "address-line2",
    "district": "address-level3",
    "city": "address-level2",
    "province": "address-level1",
    "postcode": "postal-code",
    "name": "name",
    "phone": "tel",
}
_LABELS: dict[str, Promise] = {
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Full name"),
    "country": gettext_lazy("Country"),
    "phone": gettext_lazy("Phone"),
    "company": gettext_lazy("Company"),
    "vat_id": gettext_lazy("VAT number"),
    "code": gettext_lazy("Discount code or gift card"),
    "shipping_method_id": gettext_lazy("Delivery"),
    "payment_method": gettext_lazy("Payment"),
    "note": gettext_lazy("Note for the shop"),
}
# Boxes whose choice decides what other boxes offer.
_LEADS = frozenset({"province", "city"})


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the form; with `choices` it is a list, and `leads` tells that others depend on it."""

    name: str
    label: str | Promise
    value: str
    error: str
    autocomplete: str
    inputmode: str
    maxlength: int
    required: bool = True
    choices: list[tuple[str, str]] = field(default_factory=list)
    leads: bool = False


@dataclass(frozen=True, slots=True)
class AddressBoxes:
    """The name's row, the rows below the country, and the second line that is folded away."""

    first: list[Box]
    rows: list[list[Box]]
    line2: Box


def draw_boxes(country: str, values: Mapping[str, Any], errors: Mapping[str, str]) -> AddressBoxes:
    """Return the boxes for a country with what was typed, and what is wrong with it."""
    form = get_format(country)
    texts = _tidy(form, values)
    offered = _offered(form, texts)

    def box(name: str) -> Box:
        return Box(
            name=name,
            label=label_of(name, country),
            value=texts.get(name, ""),
            error=errors.get(name, ""),
            autocomplete=_AUTOCOMPLETE[name],
            inputmode=_inputmode(name, form),
            maxlength=LIMITS[name],
            required=name in form.required or name in ("name", "line1", "phone"),
            choices=offered.get(name, []),
            leads=country == "CN" and name in _LEADS,
        )

    rows: list[list[Box]] = []
    for name in form.order:
        if name == "line1" or not rows or rows[-1][0].name == "line1":
            rows.append([])
        rows[-1].append(box(name))
    with_phone = country in PHONE_NEEDED
    return AddressBoxes(first=[box("name"), *([box("phone")] if with_phone else [])], rows=rows, line2=box("line2"))


def label_of(name: str, country: str) -> str | Promise:
    """Return what a box is called in a country's form."""
    return _LABELS.get(name) or get_format(country).labels.get(name, name)


def draw_countries(chosen: str) -> SafeString:
    """Return the choices of the country's box as HTML, in the language of the request."""
    return _options(get_language() or "en", chosen)


@lru_cache(maxsize=64)
def _options(language: str, chosen: str) -> SafeString:
    rows = ((code, " selected" if code == chosen else "", name) for code, name in list_countries(language))
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


def _tidy(form: AddressFormat, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts with the province by its name, and a district that a street's line begins with in its own box."""
    texts = {name: str(values.get(name) or "") for name in LIMITS}
    found = find_province(form.country, texts["province"])
    texts["province"] = found.name if found else texts["province"]
    if not texts["district"] and "district" in form.order:
        place = {name: texts[name] for name in ("province", "city", "line1")}
        texts["district"], texts["line1"] = split_district(**place)
    return texts


def _offered(form: AddressFormat, texts: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return what there is to choose from, by box; what was typed and is none of it stays a choice."""
    offered: dict[str, list[tuple[str, str]]] = {}
    if form.provinces and "province" in form.order:
        named = [(one.name, one.label) for one in form.provinces]
        named.sort(key=lambda pair: pair[1]) if _sorts(form) else None
        offered["province"] = [("", _("Choose …")), *_with(named, texts["province"])]
    if form.country == "CN":
        cities, districts = list_cities(texts["province"]), list_districts(texts["province"], texts["city"])
        city = texts["city"] if texts["city"] in cities or not cities else ""
        district = texts["district"] if texts["district"] in districts or not districts else ""
        offered["city"] = [("", _("Choose …")), *_with([(one, one) for one in cities], city)]
        offered["district"] = [("", _("Choose …")), *_with([(one, one) for one in districts], district)]
    return offered


def _sorts(form: AddressFormat) -> bool:
    """Tell whether the list is read by its English labels; else it keeps the order that the country gives it."""
    return any(one.latin for one in form.provinces) and not (get_language() or "en").startswith("zh")


def _with(choices: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    return choices if not value or any(value == key for key, _label in choices) else [*choices, (value, value)]


def _inputmode(name: str, form: AddressFormat) -> str:
    if name == "phone":
        return "tel"
    is_number = name == "postcode" and form.example.isdigit()
    return "numeric" if is_number else ""
