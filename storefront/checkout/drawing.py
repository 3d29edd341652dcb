"""What the checkout's page shows: the form as it was filled in, and the offer beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from storefront.carts.quoting import Quote
from storefront.checkout.address_form import draw_boxes, draw_countries, label_of
from storefront.checkout.seen import Seen, say_changes, write_seen
from storefront.customers.addresses import format_address
from storefront.customers.models import Address
from storefront.customers.postal import get_format
from storefront.pricing.quote import TaxTotal
from storefront.pricing.records import percent_text
from storefront.recovery.enums import Rule
from storefront.recovery.selectors import asks_at_checkout
from storefront.shipping.dates import format_window
from storefront.shipping.enums import Refusal
from storefront.shipping.rates import Rate
from storefront.taxes.selectors import find_settings
from storefront.taxes.vat_ids import EUROPEAN_UNION

# Where firms give their name, and with it the number that tax is settled by.
_COMPANIES = "AT BE BG CH CN CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK"
COMPANY_COUNTRIES = frozenset(_COMPANIES.split())
FIELDS = (
    "email",
    "saved",
    "way",
    "name",
    "phone",
    "country",
    "province",
    "city",
    "district",
    "line1",
    "line2",
    "postcode",
    "company",
    "vat_id",
    "note",
    "code",
)


def draw_form(
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    country: str,
    saved: Sequence[Address],
    chosen: Address | None,
) -> dict[str, Any]:
    """Return the boxes with what was typed in them and what is wrong with it, as the country writes addresses."""
    rule = asks_at_checkout()
    return {
        "values": {name: values.get(name, "") for name in FIELDS} | {"country": country},
        "errors": errors,
        "summary": summarize(errors, country),
        "country_options": draw_countries(country),
        "boxes": draw_boxes(country, values, errors),
        "labels": {name: label_of(name, country) for name in ("email", "name", "country", "company", "vat_id", "note")},
        "saved": saved,
        "chosen": chosen,
        "address_lines": _address_lines,
        "is_company": country in COMPANY_COUNTRIES,
        "takes_vat_ids": country in EUROPEAN_UNION and _takes_vat_ids(),
        "reminder_words": reminder_words(rule) if rule else "",
        "reminder_ticked": bool(values.get("reminder")),
    }


def draw_quote(quote: Quote, *, country: str, seen: Seen | None) -> dict[str, Any]:
    """Return the sum with its parts, the ways to get the goods, and what has become different since it was `seen`."""
    return {
        "changes": say_changes(seen, quote, country=country) if seen else [],
        "seen": write_seen(quote, country=country),
        "quote": quote,
        "rates": [(rate, format_window(rate.from_date, rate.to_date)) for rate in quote.rates],
        "pickups": [(one, format_window(one.from_date, one.to_date), _place_lines(one)) for one in quote.pickups],
        "tax_label": _tax_label,
        "no_delivery": _no_delivery(quote),
    }


def reminder_words(rule: Rule) -> str:
    """Return what stands beside the box about reminders, which is kept with the answer."""
    if rule == Rule.CONSENT:
        return _("Remind me once by e-mail if I leave before paying")
    return _("No reminder by e-mail if I leave before paying")


def _address_lines(address: Address) -> list[str]:
    """Return what is said of a saved address beside its name."""
    names = ("name", "company", "line1", "line2", "city", "province", "postcode", "country", "phone")
    return format_address({name: getattr(address, name) for name in names})[1:]


def _place_lines(rate: Rate) -> list[str]:
    """Return the address of a place where goods are picked up."""
    return format_address(rate.place.address) if rate.place else []


def _tax_label(tax: TaxTotal) -> str:
    return f"{tax.rate.name} {percent_text(tax.rate.parts)}%"


def _takes_vat_ids() -> bool:
    settings = find_settings()
    return settings is not None and settings.is_on and settings.takes_vat_ids


def summarize(errors: Mapping[str, str], country: str) -> list[tuple[str, str]]:
    """Return the errors as (id of its box, words) from the top of the form to its foot."""
    return [
        (f"id_{name}", _("%(label)s: %(text)s") % {"label": label_of(name, country), "text": text})
        for name, text in _in_order(errors, country)
    ]


def _in_order(errors: Mapping[str, str], country: str) -> list[tuple[str, str]]:
    """Return the errors from the top of the form to its foot."""
    order = ("email", "saved", "name", "phone", "country", *get_format(country).order, "line2", "company")
    return sorted(errors.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


def _no_delivery(quote: Quote) -> str:
    if quote.is_sent and not quote.rates:
        return str((quote.refusal or Refusal.NOWHERE).label)
    return ""
