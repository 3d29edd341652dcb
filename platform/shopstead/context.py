"""What every page of a shell needs, besides what its view gives it."""

from typing import Any

from django.http import HttpRequest

from core.jobs.selectors import list_tray_jobs
from shopstead.navigation import dashboard_navigation
from storefront.carts.selectors import count_cart_items
from storefront.theme.selectors import get_shell
from tenants.selectors import store_url


def storefront(request: HttpRequest) -> dict[str, Any]:
    """Return the storefront's frame: store, look, links, badge."""
    if getattr(request, "tenant", None) is None:
        return {}
    shell = get_shell()
    return {
        "store": request.tenant,
        "theme": shell.theme,
        "nav_links": shell.nav_links,
        "footer_pages": shell.footer_pages,
        "cart_count": count_cart_items(request),
        "customer": request.customer,
        "languages": shell.languages,
    }


def workplace(request: HttpRequest) -> dict[str, Any]:
    """Return the dashboard's frame: store, side bar, running jobs; nothing on other pages."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"store": getattr(request, "tenant", None)}
    return {
        "store": request.tenant,
        "store_url": store_url(request.tenant),
        "membership": membership,
        "nav": dashboard_navigation(request),
        "tray_jobs": list_tray_jobs(),
    }
