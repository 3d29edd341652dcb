"""What a shopper tells at checkout, checked once for page and API alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storefront.checkout.errors import DetailsRefused
from storefront.shipping.countries import is_country

LIMITS = {
    "email": 254,
    "name": 160,
    "line1": 200,
    "line2": 200,
    "city": 120,
    "province": 120,
    "postcode": 20,
    "phone": 40,
    "country": 2,
}
PROVINCE_NEEDED = frozenset({"AU", "BR", "CA", "CN", "IN", "MX", "MY", "US"})
_PROVINCES = frozenset({"CA", "CN"})
NO_POSTCODE = frozenset(
    {"AE", "AO", "BO", "BS", "BW", "BZ", "CI", "FJ", "GH", "HK", "IE", "JM", "MO", "PA", "QA", "UG", "ZW"}
)
POSTCODES: dict[str, tuple[str, str | Promise]] = {
    "US": (r"[0-9]{5}(-[0-9]{4})?", _("A ZIP code has five digits, such as 97209.")),
    "CN": (r"[0-9]{6}", _("A postcode in China has six digits, such as 100000.")),
    "DE": (r"[0-9]{5}", _("A postcode in Germany has five digits, such as 10115.")),
    "FR": (r"[0-9]{5}", _("A postcode in France has five digits, such as 75001.")),
    "AU": (r"[0-9]{4}", _("A postcode in Australia has four digits, such as 2000.")),
    "CA": (r"[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9]", _("A postal code in Canada looks like K1A 0B1.")),
}
ALWAYS = frozenset({"email", "name"})
STRIPE, MANUAL = "stripe", "manual"


@dataclass(frozen=True, slots=True)
class CheckoutDetails:
    """Who buys, where it goes, how it comes and how it is paid; `country` is an ISO 3166-1 alpha-2 code."""

    email: str
    name: str
    country: str
    line1: str
    city: str
    line2: str = ""
    province: str = ""
    postcode: str = ""
    phone: str = ""
    shipping_method_id: int | None = None
    payment_method: str = STRIPE

    def as_address(self) -> dict[str, str]:
        """Return the delivery address as an order keeps it."""
        keys = ("name", "line1", "line2", "city", "province", "postcode", "country", "phone")
        return {"company": "", **{key: getattr(self, key) for key in keys}}


def parse_details(data: Mapping[str, object], *, needs_delivery: bool = True) -> CheckoutDetails:
    """Return the details of these texts: those of CheckoutDetails, with the method's id and the payment as texts too.

    Without delivery only e-mail and name are asked for, and no address is kept whoever sends one.
    Raises: DetailsRefused with a sentence for every field that is wrong.
    """
    texts = {name: _clean(data.get(name)) if needs_delivery or name in ALWAYS else "" for name in LIMITS}
    texts["country"] = texts["country"].upper()
    texts["email"] = texts["email"].lower()
    errors: dict[str, str | Promise] = {
        name: _("This is longer than %(most)s characters.") % {"most": most}
        for name, most in LIMITS.items()
        if len(texts[name]) > most
    }
    for name, text in _missing(texts).items():
        if needs_delivery or name in ALWAYS:
            errors.setdefault(name, text)
    errors.update({name: text for name, text in _misspelled(texts).items() if name not in errors})
    method, payment = _clean(data.get("shipping_method_id")), _clean(data.get("payment_method")) or STRIPE
    if method and not (method.isascii() and method.isdigit() and len(method) <= 18):
        errors["shipping_method_id"] = _("Choose one of the ways of delivery.")
    if payment not in (STRIPE, MANUAL):
        errors["payment_method"] = _("Choose “stripe” or “manual”.")
    if errors:
        raise DetailsRefused(errors)
    return CheckoutDetails(shipping_method_id=int(method) if method else None, payment_method=payment, **texts)


def require_address(details: CheckoutDetails) -> None:
    """Refuse details that name no place to send goods to.

    Raises: DetailsRefused with a sentence for every field that is missing.
    """
    errors = _missing({name: getattr(details, name) for name in LIMITS})
    if errors:
        raise DetailsRefused(errors)


def _clean(value: object) -> str:
    text = "" if value is None else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _missing(texts: Mapping[str, str]) -> dict[str, str | Promise]:
    sentences: dict[str, str | Promise] = {
        "email": _("Where should the receipt go? Write your e-mail."),
        "name": _("Who is it for? Write a name."),
        "country": _("Choose a country."),
        "line1": _("Write the street and number."),
        "city": _("Write the city."),
    }
    if texts["country"] in PROVINCE_NEEDED:
        sentences["province"] = _("Write the province.") if texts["country"] in _PROVINCES else _("Write the state.")
    if texts["country"] not in NO_POSTCODE:
        sentences["postcode"] = _("Write the ZIP code.") if texts["country"] == "US" else _("Write the postcode.")
    return {name: text for name, text in sentences.items() if not texts[name]}


def _misspelled(texts: Mapping[str, str]) -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    email_problem = _email_problem(texts["email"]) if texts["email"] else None
    if email_problem:
        found["email"] = email_problem
    if texts["country"] and not is_country(texts["country"]):
        found["country"] = _("Choose a country from the list.")
    pattern, sentence = POSTCODES.get(texts["country"], ("", ""))
    if texts["postcode"] and pattern and not re.fullmatch(pattern, texts["postcode"], re.ASCII):
        found["postcode"] = sentence
    return found


def _email_problem(text: str) -> str | Promise | None:
    _before, at, after = text.partition("@")
    if not at:
        return _("The @ is missing. It should look like maya@example.com.")
    if not after:
        return _("The part after @ is missing. It should look like maya@example.com.")
    try:
        validate_email(text)
    except ValidationError:
        return _("This is not an e-mail address. It should look like maya@example.com.")
    return None
