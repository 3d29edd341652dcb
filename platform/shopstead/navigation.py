"""The links of each shell, in one place because they name every part."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.utils.translation import gettext as _

from core.http import HttpRequest
from storefront.orders.selectors import orders_to_fulfill
from storefront.reviews.selectors import waiting_reviews
from storefront.support.selectors import open_conversations
from tenants.people.permissions import Permission

# Pages that are opened from an item without lying under its address.
_ALSO_BELOW = {"/dashboard/settings/": ("/dashboard/import/", "/dashboard/export/")}


# After g, this letter goes there.
_KEYS = {
    "/dashboard/": "h",
    "/dashboard/orders/": "o",
    "/dashboard/products/": "p",
    "/dashboard/categories/": "a",
    "/dashboard/collections/": "c",
    "/dashboard/products/inventory/": "i",
    "/dashboard/customers/": "u",
    "/dashboard/discounts/": "m",
    "/dashboard/recommendations/": "r",
    "/dashboard/support/": "t",
    "/dashboard/settings/": ",",
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link; `count` is shown where somebody has to act, `on_phone` puts it in the bar of four, `pinned` at the foot."""

    label: str
    url: str
    icon: str = ""
    current: bool = False
    count: int = 0
    on_phone: bool = False
    pinned: bool = False
    children: tuple["NavItem", ...] = ()

    @property
    def key(self) -> str:
        """Return the letter that goes here after g, in the dashboard."""
        return _KEYS.get(self.url, "")


def dashboard_navigation(request: HttpRequest) -> list[NavItem]:
    """Return the merchant's side bar, with its badges: what the member's role may open."""
    here, may = request.path_info, request.permissions
    badges = _count_badges(may)

    def item(
        label: str,
        url: str,
        icon: str,
        count: int = 0,
        *,
        on_phone: bool = False,
        pinned: bool = False,
        children: tuple[NavItem, ...] = (),
    ) -> NavItem:
        places = (url, *_ALSO_BELOW.get(url, ()))
        is_below = here == url or (url != "/dashboard/" and here.startswith(places))
        is_current = is_below and not any(child.current for child in children)
        return NavItem(label, url, icon, is_current, count, on_phone, pinned, children)

    items = [item(_("Home"), "/dashboard/", "home", on_phone=True)]
    if Permission.ORDERS_VIEW in may:
        items.append(item(_("Orders"), "/dashboard/orders/", "orders", badges.get("orders", 0), on_phone=True))
    if Permission.PRODUCTS_VIEW in may:
        below = (
            item(_("Categories"), "/dashboard/categories/", ""),
            item(_("Collections"), "/dashboard/collections/", ""),
            item(_("Tags and brands"), "/dashboard/tags/", ""),
            item(_("Inventory"), "/dashboard/products/inventory/", ""),
            item(_("Search and filters"), "/dashboard/search/", ""),
            item(_("Reviews"), "/dashboard/products/reviews/", "star", badges.get("reviews", 0)),
        )
        items.append(item(_("Products"), "/dashboard/products/", "products", on_phone=True, children=below))
    if Permission.CUSTOMERS_VIEW in may:
        items.append(item(_("Customers"), "/dashboard/customers/", "customers"))
    if Permission.DISCOUNTS_VIEW in may:
        cards = (item(_("Gift cards"), "/dashboard/gift-cards/", ""),) if Permission.CREDITS_VIEW in may else ()
        items.append(item(_("Discounts"), "/dashboard/discounts/", "discounts", children=cards))
    if Permission.RECOMMENDATIONS_VIEW in may:
        items.append(item(_("Recommendations"), "/dashboard/recommendations/", "recommendations"))
    if Permission.SUPPORT_VIEW in may:
        items.append(item(_("Support"), "/dashboard/support/", "support", badges.get("support", 0), on_phone=True))
    if places := _online_store(may):
        shown = tuple(item(label, url, "") for label, url in places)
        items.append(item(_("Online store"), places[0][1], "store", children=shown))
    if Permission.SETTINGS_VIEW in may:
        items.append(item(_("Settings"), "/dashboard/settings/", "settings", pinned=True))
    return items


def _online_store(may: Set[str]) -> list[tuple[str, str]]:
    """Return the places where a member may change what shoppers see besides goods."""
    look = [(_("Look"), "/dashboard/theme/")] if Permission.THEME_EDIT in may else []
    content = [
        (_("Pages"), "/dashboard/pages/"),
        (_("Blog"), "/dashboard/blog/"),
        (_("Menus"), "/dashboard/menus/"),
        (_("Policies"), "/dashboard/policies/"),
        (_("Redirects"), "/dashboard/redirects/"),
    ]
    return look + (content if Permission.CONTENT_EDIT in may else [])


def _count_badges(may: Set[str]) -> dict[str, int]:
    """Return how much waits in each place that the member may open, in one question."""
    waiting: dict[str, tuple[Permission, Callable[[], QuerySet[Any]]]] = {
        "orders": (Permission.ORDERS_VIEW, orders_to_fulfill),
        "reviews": (Permission.PRODUCTS_VIEW, waiting_reviews),
        "support": (Permission.SUPPORT_VIEW, open_conversations),
    }
    counts = [
        rows().order_by().annotate(place=Value(name)).values_list("place").annotate(many=Count("pk"))
        for name, (permission, rows) in waiting.items()
        if permission in may
    ]
    return dict(counts[0].union(*counts[1:], all=True)) if counts else {}


def console_navigation(request: HttpRequest) -> list[NavItem]:
    """Return the owner's side bar."""
    here = request.path_info

    def item(label: str, url: str, icon: str) -> NavItem:
        current = here == url or (url != "/console/" and here.startswith(url))
        return NavItem(label, url, icon, current, on_phone=True)

    return [
        item(_("Home"), "/console/", "home"),
        item(_("Stores"), "/console/stores/", "store"),
        item(_("Announcements"), "/console/announcements/", "bell"),
        item(_("Log"), "/console/log/", "note"),
    ]


def site_navigation(request: HttpRequest) -> list[NavItem]:
    """Return the links of the platform's own site."""
    return [
        NavItem(_("What you get"), "/#what"),
        NavItem(_("Pricing"), "/pricing/", current=request.path_info == "/pricing/"),
    ]
