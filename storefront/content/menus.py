"""What a menu may hold: links two levels deep, each to something a store has."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from storefront.content.enums import Target
from storefront.content.errors import MenuRefused

MOST_ITEMS = 60
LABEL_LENGTH = 60
VALUE_LENGTH = 255
NAMED = {Target.COLLECTION, Target.CATEGORY, Target.PRODUCT, Target.PAGE, Target.POST, Target.POLICY, Target.ADDRESS}
_KEYS = {"label", "target", "value", "items", "translations"}

Item = dict[str, Any]


def check_items(items: Any) -> list[Item]:
    """Return a menu's links as they may be kept.

    Raises: MenuRefused.
    """
    checked = _check_level(items, depth=1)
    if sum(1 + len(item["items"]) for item in checked) > MOST_ITEMS:
        raise MenuRefused(_("A menu has at most %(count)s links.") % {"count": MOST_ITEMS})
    return checked


def _check_level(items: Any, *, depth: int) -> list[Item]:
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise MenuRefused(_("A menu has at most %(count)s links.") % {"count": MOST_ITEMS})
    return [_check_item(item, depth=depth) for item in items]


def _check_item(item: Any, *, depth: int) -> Item:
    if not isinstance(item, Mapping) or set(item) - _KEYS or (depth > 1 and item.get("items")):
        raise MenuRefused(_("This menu cannot be read."))
    label = " ".join(str(item.get("label", "")).split())
    if not label or len(label) > LABEL_LENGTH:
        raise MenuRefused(
            _("Every link needs a name of at most %(count)s letters.") % {"count": LABEL_LENGTH}, field="label"
        )
    target = str(item.get("target"))
    if target not in Target.values:
        raise MenuRefused(_("Choose what “%(name)s” leads to.") % {"name": label}, field="target")
    return {
        "label": label,
        "target": target,
        "value": _check_target(target, str(item.get("value", "")).strip(), label),
        "items": _check_level(item.get("items", []), depth=depth + 1),
        "translations": _check_words(item.get("translations", {})),
    }


def _check_target(target: str, value: str, label: str) -> str:
    if target not in NAMED:
        return ""
    if not value or len(value) > VALUE_LENGTH:
        raise MenuRefused(_("Say where “%(name)s” leads.") % {"name": label}, field="value")
    if target != Target.ADDRESS:
        return value.strip("/")
    is_own = value.startswith("/") and not value.startswith(("//", "/\\"))
    is_web = value.startswith(("https://", "mailto:", "tel:")) and bool(urlsplit(value).path or urlsplit(value).netloc)
    if not (is_own or is_web) or any(sign.isspace() or ord(sign) < 32 for sign in value):
        raise MenuRefused(
            _("“%(name)s”: begin with / for a page of this store, or with https://.") % {"name": label}, field="value"
        )
    return value


def _check_words(told: Any) -> dict[str, dict[str, str]]:
    if not isinstance(told, Mapping):
        raise MenuRefused(_("This menu cannot be read."))
    labels = {
        str(code)[:10]: " ".join(str(words.get("label", "")).split())[:LABEL_LENGTH]
        for code, words in told.items()
        if isinstance(words, Mapping)
    }
    return {code: {"label": label} for code, label in labels.items() if label}
