"""Answers to the questions of the merchant's own: read from what was typed, and written for people."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.text import one_line
from storefront.catalog.enums import FieldType
from storefront.catalog.errors import CustomFieldRefused
from storefront.catalog.models import CustomField

TEXT_LENGTH, LONG_TEXT_LENGTH, URL_LENGTH = 255, 5000, 500
_COLOR = re.compile(r"^#[0-9a-f]{6}$", re.ASCII)
_MOST = 10**15


def clean_value(own: CustomField, text: Any) -> Any:
    """Return an answer as it is kept in `custom_fields`, or None for none: a text, a number, true or false, an ISO day.

    Raises: CustomFieldRefused with the field `custom_` and the key.
    """
    typed = "" if text is None else str(text).strip()
    if own.type == FieldType.LONG_TEXT:
        return _limited(own, "".join(sign for sign in typed if sign >= " " or sign in "\n\t"), LONG_TEXT_LENGTH)
    typed = one_line(typed).strip()
    if not typed:
        return None
    cleaners = {
        FieldType.INTEGER: _integer,
        FieldType.DECIMAL: _decimal,
        FieldType.BOOLEAN: _boolean,
        FieldType.DATE: _day,
        FieldType.URL: _address,
        FieldType.COLOR: _color,
        FieldType.CHOICE: _choice,
    }
    clean = cleaners.get(FieldType(own.type))
    return clean(own, typed) if clean else _limited(own, typed, TEXT_LENGTH)


def write_value(own: CustomField, value: Any) -> str:
    """Return an answer as people read it in the language of the request; empty for one that does not fit the question."""
    locale = "zh_Hans_CN" if (translation.get_language() or "en").startswith("zh") else "en_US"
    if isinstance(value, bool):
        return (
            (pgettext("custom field", "Yes") if value else pgettext("custom field", "No"))
            if own.type == FieldType.BOOLEAN
            else ""
        )
    if own.type in (FieldType.INTEGER, FieldType.DECIMAL):
        return (
            format_decimal(Decimal(str(value)), locale=locale, decimal_quantization=False)
            if isinstance(value, int | float)
            else ""
        )
    if not isinstance(value, str) or own.type == FieldType.BOOLEAN:
        return ""
    if own.type == FieldType.DATE:
        try:
            return str(format_date(date.fromisoformat(value), "long", locale=locale))
        except ValueError:
            return ""
    if own.type == FieldType.CHOICE:
        return _said_choice(own, value)
    return value


def write_name(own: CustomField) -> str:
    """Return what a question is called in the language of the request."""
    return str(_said(own).get("name") or own.name)


def typed_value(value: Any) -> str:
    """Return an answer as it stands in its box."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _said(own: CustomField) -> Mapping[str, Any]:
    said = own.translations.get(translation.get_language() or "", {})
    return said if isinstance(said, dict) else {}


def _said_choice(own: CustomField, value: str) -> str:
    choices = _said(own).get("choices")
    if isinstance(choices, list) and value in own.choices and own.choices.index(value) < len(choices):
        return str(choices[own.choices.index(value)] or value)
    return value


def _refuse(own: CustomField, words: str) -> CustomFieldRefused:
    return CustomFieldRefused(words, field=f"custom_{own.key}")


def _limited(own: CustomField, text: str, most: int) -> str | None:
    if len(text) > most:
        raise _refuse(own, _("At most %(most)s characters.") % {"most": most})
    return text or None


def _integer(own: CustomField, text: str) -> int:
    if not re.match(r"^[+-]?[0-9]{1,15}$", text, re.ASCII):
        raise _refuse(own, _("Write a whole number, such as 12."))
    return int(text)


def _decimal(own: CustomField, text: str) -> int | float:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _refuse(own, _("Write a number, such as 12.5.")) from error
    if not number.is_finite() or abs(number) >= _MOST or len(number.as_tuple().digits) > 15:
        raise _refuse(own, _("Write a number, such as 12.5."))
    # Fifteen digits and less come back from a double as they went in.
    return int(number) if number == number.to_integral_value() else float(number)


def _boolean(own: CustomField, text: str) -> bool:
    if text.lower() in ("true", "1", "yes", "on", "是"):
        return True
    if text.lower() in ("false", "0", "no", "off", "否"):
        return False
    raise _refuse(own, _("Choose yes or no."))


def _day(own: CustomField, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise _refuse(own, _("Write a day like 2026-11-22.")) from error


def _address(own: CustomField, text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if host is None or parts.scheme not in ("http", "https") or parts.username or len(text) > URL_LENGTH:
        raise _refuse(own, _("Write a web address that begins with https://."))
    return text


def _color(own: CustomField, text: str) -> str:
    color = text.lower() if text.startswith("#") else f"#{text.lower()}"
    if not _COLOR.match(color):
        raise _refuse(own, _("Write a color like #0e5a61."))
    return color


def _choice(own: CustomField, text: str) -> str:
    if text not in own.choices:
        raise _refuse(own, str(gettext_lazy("Choose one of the list.")))
    return text
