"""The words of the list: its columns, tabs, orders, filters and chips."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from storefront.catalog.dashboard.state import FILTERS, STATUSES, ListState
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Category


def column_labels() -> dict[str, str]:
    """Return the heads of the columns that can be chosen."""
    return {
        "status": _("Status"),
        "stock": _("Stock"),
        "price": _("Price"),
        "category": _("Category"),
        "sold": _("Sold"),
        "updated": _("Changed"),
        "sku": _("SKU"),
        "tags": _("Tags"),
        "vendor": _("Brand"),
        "type": _("Kind"),
    }


def sort_labels() -> dict[str, str]:
    """Return the orders."""
    return {
        "updated": _("Last changed"),
        "title": _("Title"),
        "price": _("Price, low to high"),
        "-price": _("Price, high to low"),
        "stock": _("Least stock"),
        "-stock": _("Most stock"),
        "sold": _("Most sold"),
        "newest": _("Newest"),
    }


def built_in_views() -> list[tuple[str, str]]:
    """Return the tabs that every store has, as query string and label."""
    return [
        ("", pgettext("products", "All")),
        ("status=active", pgettext("product", "Active")),
        ("stock=low", _("Low stock")),
        ("stock=out", _("Sold out")),
        ("attention=1", _("Needs attention")),
        ("status=draft", _("Drafts")),
        ("status=archived", pgettext("product", "Archived")),
    ]


def status_labels() -> dict[str, str]:
    """Return the statuses that a list can be narrowed to."""
    return {status.value: str(status.label) for status in ProductStatus}


def stock_labels() -> dict[str, str]:
    """Return the states of stock that a list can be narrowed to."""
    return {"in": _("In stock"), "low": _("Low stock"), "out": _("Sold out")}


def list_chips(state: ListState, categories: dict[int, str]) -> list[dict[str, str]]:
    """Return the filters in force, each with the address without it."""
    return [
        {"label": label, "value": value, "remove_url": state.address(**{name: None})}
        for name in FILTERS
        if name != "q" and name in state.values
        for label, value in [_chip(name, state.values[name], categories)]
    ]


def find_category_title(category_id: int | None) -> dict[int, str]:
    """Return the title of a category by its id, for its chip."""
    if category_id is None:
        return {}
    return dict(Category.objects.filter(pk=category_id).values_list("pk", "title"))


def _chip(name: str, value: str, categories: dict[int, str]) -> tuple[str, str]:
    yes_no = {"yes": _("Yes"), "no": _("No"), "1": ""}
    words: dict[str, tuple[str, Any]] = {
        "status": (_("Status"), _statuses(value)),
        "category": (_("Category"), categories.get(int(value), "–") if name == "category" else ""),
        "vendor": (_("Brand"), value),
        "type": (_("Kind"), value),
        "tag": (_("Tag"), value),
        "stock": (_("Stock"), stock_labels().get(value, "")),
        "price_from": (_("Price from"), value),
        "price_to": (_("Price up to"), value),
        "photo": (_("Picture"), yes_no.get(value)),
        "model": (_("3D model"), yes_no.get(value)),
        "language": (_("Not in"), str(dict(settings.LANGUAGES).get(value, ""))),
        "attention": (_("Needs attention"), ""),
    }
    label, said = words[name]
    return label, str(said)


def _statuses(value: str) -> str:
    chosen = value.split(",")
    if "archived" not in chosen and len(chosen) == len(STATUSES) - 1:
        return _("not archived")
    labels = status_labels()
    return ", ".join(labels[status] for status in STATUSES if status in chosen)
