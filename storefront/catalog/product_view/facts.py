"""The table of facts: what the merchant's own fields and the goods themselves say."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext as _

from storefront.catalog.enums import FieldOwner, FieldType
from storefront.catalog.product_view.versions import Version
from storefront.catalog.selectors import ProductPage
from storefront.catalog.translations import say

LONGEST_LINK = 60


def list_facts(page: ProductPage, chosen: Version) -> list[dict[str, str]]:
    """Return rows {name, value} of the merchant's fields that are shown, {…, url} for an address, {…, color} for a color."""
    own = page.product["custom_fields"], chosen.row["custom_fields"]
    facts = []
    for field in page.store["fields"] or []:
        value = own[field["owner"] == FieldOwner.VARIANT].get(field["key"])
        if value is not None and value != "" and (shown := _show(field, value)):
            facts.append({"name": str(say(field, "name")), **shown})
    return facts


def _show(field: Mapping[str, Any], value: Any) -> dict[str, str] | None:
    match field["type"]:
        case FieldType.BOOLEAN:
            return {"value": _("Yes") if value is True or value == "true" else _("No")}
        case FieldType.URL:
            return _link(str(value))
        case FieldType.COLOR:
            return {"value": str(value), "color": str(value)}
        case FieldType.DATE:
            return {"value": _day(str(value))}
        case FieldType.INTEGER | FieldType.DECIMAL:
            return {"value": _number(value)}
        case FieldType.CHOICE:
            return {"value": _choice(field, value)}
    return {"value": str(value)}


def _choice(field: Mapping[str, Any], value: Any) -> str:
    """Return the choice in the reader's language: translations keep the order of the store's own choices."""
    own, said = field["choices"], say(field, "choices")
    place = own.index(value) if value in own else -1
    return str(said[place]) if 0 <= place < len(said) else str(value)


def _link(address: str) -> dict[str, str] | None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return {"value": f"{parts.netloc}{parts.path}".rstrip("/")[:LONGEST_LINK], "url": address}


def _day(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text), format="long", locale=_locale())
    except ValueError:
        return text


def _number(value: Any) -> str:
    try:
        return str(format_decimal(value, locale=_locale()))
    except (ArithmeticError, TypeError, ValueError):
        return str(value)


def _locale() -> Locale:
    language = translation.get_language() or "en"
    return Locale.parse("zh_Hans" if language.startswith("zh") else language.replace("-", "_"))
