"""What a shopper tells at checkout, checked once for page and API alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storefront.checkout.errors import DetailsRefused
from storefront.customers.postal import find_province, get_format, join_district, list_districts, split_district
from storefront.shipping.countries import is_country

LIMITS = {
    "email": 254,
    "name": 160,
    "company": 120,
    "line1": 200,
    "line2": 200,
    "district": 60,
    "city": 120,
    "province": 120,
    "postcode": 20,
    "phone": 40,
    "country": 2,
    "note": 1000,
    "vat_id": 20,
}
# Where the carrier calls before it comes.
PHONE_NEEDED = frozenset({"CN"})
POSTCODES: dict[str, str | Promise] = {
    "US": _("A ZIP code has five digits, such as 97209."),
    "CN": _("A postcode in China has six digits, such as 100000."),
    "DE": _("A postcode in Germany has five digits, such as 10115."),
    "FR": _("A postcode in France has five digits, such as 75001."),
    "AU": _("A postcode in Australia has four digits, such as 2000."),
    "CA": _("A postal code in Canada looks like K1A 0B1."),
}
ALWAYS = frozenset({"email", "name", "note"})
# "manual" is what programs say that leave it to the store how the money comes.
PAYMENT_METHODS = ("stripe", "bank_transfer", "cash_on_delivery", "pay_at_pickup", "manual")
STRIPE = "stripe"


@dataclass(frozen=True, slots=True)
class CheckoutDetails:
    """Who buys, where it goes, how it comes and how it is paid; `country` is an ISO 3166-1 alpha-2 code.

    A district is kept at the head of `line1`, a province by its name.
    """

    email: str
    name: str
    country: str
    line1: str
    city: str
    line2: str = ""
    province: str = ""
    postcode: str = ""
    phone: str = ""
    company: str = ""
    note: str = ""
    vat_id: str = ""
    shipping_method_id: int | None = None
    payment_method: str = STRIPE

    def as_address(self) -> dict[str, str]:
        """Return the delivery address as an order keeps it."""
        keys = ("name", "company", "line1", "line2", "city", "province", "postcode", "country", "phone")
        return {key: getattr(self, key) for key in keys}

    def without_address(self, *, keeps_phone: bool = False) -> "CheckoutDetails":
        """Return the same for goods that nobody sends; who picks them up may be called."""
        phone = self.phone if keeps_phone else ""
        return replace(
            self, company="", line1="", line2="", city="", province="", postcode="", country="", phone=phone, vat_id=""
        )


def parse_details(
    data: Mapping[str, object], *, needs_delivery: bool = True, is_pickup: bool = False, by_form: bool = False
) -> CheckoutDetails:
    """Return the details of these texts: those of CheckoutDetails, with the method's id and the payment as texts too.

    Without delivery only e-mail and name are asked for, and no address is kept whoever sends one; who picks goods up may leave
    a phone number. `by_form` asks for what the page has boxes for, and programs may know in another shape: China's districts
    and phone numbers.
    Raises: DetailsRefused with a sentence for every field that is wrong.
    """
    needs_delivery = needs_delivery and not is_pickup
    asked = LIMITS.keys() if needs_delivery else ALWAYS | {"phone"} if is_pickup else ALWAYS
    texts = {name: _clean(data.get(name)) if name in asked else "" for name in LIMITS}
    texts["country"] = texts["country"].upper()
    texts["province"] = _name_province(texts["country"], texts["province"])
    if not texts["district"]:
        place = {name: texts[name] for name in ("province", "city", "line1")}
        texts["district"], texts["line1"] = split_district(**place)
    texts["email"] = texts["email"].lower()
    errors: dict[str, str | Promise] = {
        name: _("This is longer than %(most)s characters.") % {"most": most}
        for name, most in LIMITS.items()
        if len(texts[name]) > most
    }
    for name, text in _missing(texts, by_form=by_form).items():
        if needs_delivery or name in ALWAYS:
            errors.setdefault(name, text)
    errors.update({name: text for name, text in _misspelled(texts).items() if name not in errors})
    method, payment = _clean(data.get("shipping_method_id")), _clean(data.get("payment_method")) or STRIPE
    if method and not (method.isascii() and method.isdigit() and len(method) <= 18):
        errors["shipping_method_id"] = _("Choose one of the ways of delivery.")
    if payment not in PAYMENT_METHODS:
        errors["payment_method"] = _("Choose one of the ways to pay.")
    if errors:
        raise DetailsRefused(errors)
    texts["line1"] = join_district(district=texts.pop("district"), line1=texts["line1"])
    return CheckoutDetails(shipping_method_id=int(method) if method else None, payment_method=payment, **texts)


def require_address(details: CheckoutDetails) -> None:
    """Refuse details that name no place to send goods to.

    Raises: DetailsRefused with a sentence for every field that is missing.
    """
    errors = _missing({name: getattr(details, name, "") for name in LIMITS}, by_form=False)
    if errors:
        raise DetailsRefused(errors)


def _clean(value: object) -> str:
    text = "" if value is None else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _name_province(country: str, text: str) -> str:
    found = find_province(country, text)
    return found.name if found else text


def _missing(texts: Mapping[str, str], *, by_form: bool) -> dict[str, str | Promise]:
    country = texts["country"]
    form = get_format(country)
    sentences: dict[str, str | Promise] = {
        "email": _("Where should the receipt go? Write your e-mail."),
        "name": _("Who is it for? Write a name."),
        "country": _("Choose a country."),
        "line1": _("Write the street and number."),
        "city": _("Write the city."),
        "province": _("Write the state.") if form.kinds["province"] == "state" else _("Write the province."),
        "postcode": _("Write the ZIP code.") if form.kinds["postcode"] == "zip" else _("Write the postcode."),
        "district": _("Choose a district."),
        "phone": _("Write a phone number: the carrier calls before it comes."),
    }
    needed = {"email", "name", "country", "line1", *form.required}
    if by_form and country in PHONE_NEEDED:
        needed.add("phone")
    if not by_form or not list_districts(texts["province"], texts["city"]):
        needed.discard("district")
    return {name: text for name, text in sentences.items() if name in needed and not texts[name]}


def _misspelled(texts: Mapping[str, str]) -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    email_problem = _email_problem(texts["email"]) if texts["email"] else None
    if email_problem:
        found["email"] = email_problem
    if texts["country"] and not is_country(texts["country"]):
        found["country"] = _("Choose a country from the list.")
    form = get_format(texts["country"])
    if texts["postcode"] and form.postcode and not re.fullmatch(form.postcode, texts["postcode"].upper(), re.ASCII):
        found["postcode"] = POSTCODES.get(form.country) or (
            _("A postcode there looks like %(example)s.") % {"example": form.example}
        )
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
