"""The dashboard's side bar, in one place because it names every part."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from storefront.orders.selectors import count_orders_to_fulfill
from storefront.support.selectors import count_open_conversations


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the side bar; `count` is shown where somebody has to act."""

    label: str
    url: str
    icon: str
    current: bool
    count: int = 0


def dashboard_navigation(request: HttpRequest) -> list[NavItem]:
    """Return the side bar for this request, with its badges."""
    rows: list[tuple[Any, str, str, int]] = [
        (_("Home"), "/dashboard/", "home", 0),
        (_("Orders"), "/dashboard/orders/", "orders", count_orders_to_fulfill()),
        (_("Products"), "/dashboard/products/", "products", 0),
        (_("Customers"), "/dashboard/customers/", "customers", 0),
        (_("Recommendations"), "/dashboard/recommendations/", "sparkle", 0),
        (_("Support"), "/dashboard/support/", "support", count_open_conversations()),
        (_("Settings"), "/dashboard/settings/", "settings", 0),
    ]
    path = request.path_info
    return [
        NavItem(label, url, icon, path == url or (url != "/dashboard/" and path.startswith(url)), count)
        for label, url, icon, count in rows
    ]
