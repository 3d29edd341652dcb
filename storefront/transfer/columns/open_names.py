"""Columns whose names the other shop makes up: metafields, prices of markets, attributes, Google's fields."""

import re
from collections.abc import Callable

from django.conf import settings

from core.spelling import spell_plainly

_METAFIELD = re.compile(
    r"^(?P<label>.*?)\s*\((?P<owner>product|variant)\.metafields\.(?P<key>[\w.-]{1,120})\)$", re.IGNORECASE
)
_GOOGLE = re.compile(r"^google shopping\s*/\s*(?P<name>.+)$", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"^(?:attribute|属性)\s*(?P<number>[0-9]{1,2})\s*(?:的)?\s*(?P<part>name|名称|value\(s\)|值|visible|可见|global|全局|default|默认值)$",
    re.IGNORECASE,
)
_META = re.compile(r"^(?:meta|元数据)[:：]\s*(?P<key>.{1,60})$", re.IGNORECASE)
_MARKET = re.compile(r"^(?P<what>price|compare[ -]at price)\s*/\s*(?P<market>.{1,60})$", re.IGNORECASE)
_TEXT = re.compile(
    r"^(?P<what>title|description|seo title|seo description|option[123] (?:name|value))\s*\[(?P<language>[a-z-]{2,12})\]$",
    re.IGNORECASE,
)
_NOT_PLAIN = re.compile(r"[^a-z0-9_.-]+")
_PARTS = {"name": "name", "名称": "name", "value(s)": "values", "值": "values"}

PRODUCT_FIELD = "product:"
VARIANT_FIELD = "variant:"
ATTRIBUTE = "attribute:"
MARKET_PRICE = "price@"
MARKET_COMPARE_AT = "compare@"
# What follows is the language and, after a colon, the column it is said of: `text@zh-hans:seo_title`.
TEXT = "text@"


def plain_key(text: str) -> str:
    """Return a custom field's key made from a name."""
    text = text.lower() if text.isascii() else spell_plainly(text)
    key = _NOT_PLAIN.sub("_", text).strip("_.-")
    return (key if key[:1].isalpha() else f"f_{key}".rstrip("_"))[:64]


def match_shopify(name: str) -> str | None:
    """Return our name for a column that Shopify lets shops name, or None."""
    if found := _METAFIELD.match(name):
        space, _dot, key = found["key"].partition(".")
        key = key if space == "custom" and key else found["key"]
        return f"{PRODUCT_FIELD if found['owner'].lower() == 'product' else VARIANT_FIELD}{plain_key(key)}"
    if found := _GOOGLE.match(name):
        return f"{PRODUCT_FIELD}{plain_key('google_' + _short(found['name']))}"
    if found := _MARKET.match(name):
        ours = MARKET_PRICE if found["what"].lower() == "price" else MARKET_COMPARE_AT
        return ours + found["market"].strip()
    if (found := _TEXT.match(name)) and found["language"].lower() in dict(settings.LANGUAGES):
        return f"{TEXT}{found['language'].lower()}:{found['what'].lower().replace(' ', '_')}"
    return None


def match_woocommerce(name: str) -> str | None:
    """Return our name for an attribute's or a meta column of WooCommerce, or None."""
    if found := _ATTRIBUTE.match(name):
        part = _PARTS.get(found["part"].lower())
        return f"{ATTRIBUTE}{int(found['number'])}:{part}" if part else None
    if (found := _META.match(name)) and not found["key"].startswith("_"):
        return f"{PRODUCT_FIELD}{plain_key(found['key'])}"
    return None


def label_of(name: str) -> str:
    """Return what people call a column, without the address of its metafield."""
    found = _METAFIELD.match(name)
    return (found["label"] if found else name).strip()[:120] or name[:120]


def _short(name: str) -> str:
    bracketed = re.search(r"\(([A-Z]+)\)", name)
    return bracketed[1] if bracketed else name


OPEN_NAMES: dict[str, Callable[[str], str | None]] = {"shopify": match_shopify, "woocommerce": match_woocommerce}
