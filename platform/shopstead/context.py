"""What every page of a shell needs, besides what its view gives it."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from console.notices import list_notices
from console.support_bar import describe_session, describe_visit
from core.clock import utc_now
from core.http import HttpRequest
from core.jobs.selectors import list_tray_jobs
from core.shared_pages import SHARED_KEY
from shopstead.navigation import console_navigation, dashboard_navigation, site_navigation
from storefront.carts.selectors import count_cart_items
from storefront.catalog.shown import shown
from storefront.theme.selectors import get_shell
from tenants.selectors import platform_url
from tenants.standing import describe_standing


def storefront(request: HttpRequest) -> dict[str, Any]:
    """Return the storefront's frame: store, look, links, badge."""
    if getattr(request, "tenant", None) is None:
        return {}
    shell = get_shell(request)
    return {
        "store": request.tenant,
        "theme": shell.theme,
        "nav_links": shell.nav_links,
        "footer_links": shell.footer_links,
        "policy_links": shell.policy_links,
        "linked_path": request.path if request.path in shell.linked_paths else "",
        "sees_draft": shell.sees_draft,
        "cart_count": count_cart_items(request),
        "customer": request.customer,
        "languages": shell.languages,
        "currencies": shell.currencies,
        "currency": shown().currency,
        "acting_as": describe_visit(request, now=utc_now()),
        "is_sandbox": request.is_sandbox,
        "is_shared": SHARED_KEY in request.META,
    }


def workplace(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of the page that the request is for: dashboard, console or platform site."""
    tenant = getattr(request, "tenant", None)
    if getattr(request, "membership", None) is not None:
        return _dashboard(request)
    if tenant is not None:
        return {"store": tenant}
    is_console = request.path_info.startswith("/console/")
    frame = {
        "languages": _languages(),
        "language_url": "/language/",
        "profile": _profile(request, logout_url="/logout/"),
        "unconfirmed": _unconfirmed(request),
        "nav": console_navigation(request) if is_console else site_navigation(request),
        "search_url": "/console/stores/" if is_console else "",
    }
    return {**frame, "nav_bottom": frame["nav"]}


def _dashboard(request: HttpRequest) -> dict[str, Any]:
    nav = dashboard_navigation(request)
    support = describe_session(request, now=utc_now())
    return {
        "store": request.tenant,
        "is_sandbox": request.is_sandbox,
        "store_url": "/",
        "membership": request.membership,
        "may": request.permissions,
        "stores_url": reverse("dashboard_stores") if getattr(request.membership, "has_other_stores", False) else "",
        "all_stores_url": platform_url("/stores/"),
        "nav": nav,
        "nav_bottom": sorted(nav, key=lambda item: not item.on_phone)[:4],
        "jobs": list_tray_jobs(now=utc_now()),
        "jobs_url": reverse("dashboard_job_tray"),
        "languages": [] if support else _languages(),
        "language_url": reverse("dashboard_language"),
        "standing": describe_standing(request.tenant),
        "profile": _profile(request, logout_url=support["exit_url"] if support else reverse("dashboard_leave")),
        "acting_as": support,
        "notices": list_notices(request, now=utc_now()),
        "unconfirmed": None if support else _unconfirmed(request),
    }


def _profile(request: HttpRequest, *, logout_url: str) -> dict[str, Any] | None:
    user = request.user
    if not isinstance(user, User):
        return None
    links = [
        {"url": platform_url("/stores/"), "label": _("My stores")},
        {"url": platform_url("/account/"), "label": _("Your account")},
    ]
    if user.is_platform_staff:
        links.append({"url": platform_url("/console/"), "label": _("Console")})
    return {"name": user.display_name, "email": user.email, "links": links, "logout_url": logout_url}


def _unconfirmed(request: HttpRequest) -> dict[str, str] | None:
    """Return the address whose owner has not followed our link yet, and the page where they can ask for another."""
    user = request.user
    if not isinstance(user, User) or user.email_confirmed_at is not None or request.path_info.startswith("/account/"):
        return None
    return {"email": user.email, "url": platform_url("/account/")}


def _languages() -> list[dict[str, Any]]:
    current = get_language()
    names = {"en": "English", "zh-hans": "简体中文"}
    return [{"code": code, "name": names[code], "current": code == current} for code, _label in settings.LANGUAGES]
