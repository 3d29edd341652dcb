"""The merchant's pages of mails."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.notifications.kinds import KINDS, SHOPPER, STAFF
from storefront.notifications.services import get_kind, preview_mail, send_test
from tenants.languages import name_language
from tenants.people.permissions import Permission

# A mail brings its styles inline, as mails do, and its pictures from the store; it runs nothing and leads nowhere.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"


@needs(Permission.SETTINGS_VIEW)
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Show every mail of the store by whom it is for."""
    groups = [
        (_("To shoppers"), [kind for kind in KINDS if kind.audience == SHOPPER]),
        (_("To you"), [kind for kind in KINDS if kind.audience == STAFF]),
    ]
    context = {"groups": groups, "contact_email": request.tenant.contact_email}
    return render(request, "notifications/list.html", context)


@never_cache
@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def notification(request: HttpRequest, key: str) -> HttpResponse:
    """Show a mail as it would leave, in a language of the store; send it to oneself."""
    kind, language = get_kind(key), _language(request)
    address = f"{request.path}?{urlencode({'language': language})}"
    if request.method == "POST":
        try:
            send_test(kind=kind, language=language, to=request.user.email, now=utc_now())
        except ShopsteadError as error:
            messages.error(request, str(error))
        except OSError:
            messages.error(request, _("The mail server did not take it. Nothing was sent; try again in a minute."))
        else:
            messages.success(request, _("Sent to %(address)s.") % {"address": request.user.email})
        return redirect(address)
    preview = preview_mail(kind=kind, language=language, now=utc_now())
    body = f"{reverse('dashboard_notification_body', args=[key])}?{urlencode({'language': language})}"
    context: dict[str, Any] = {
        "kind": kind,
        "preview": preview,
        "body_url": body,
        "languages": [
            {"label": name_language(code), "url": f"?{urlencode({'language': code})}", "current": code == language}
            for code in _languages(request)
        ],
        "language": language,
        "crumbs": [
            {"label": _("Settings"), "url": reverse("dashboard_settings")},
            {"label": _("Notifications"), "url": reverse("dashboard_notifications")},
        ],
    }
    return render(request, "notifications/mail.html", context)


@never_cache
@xframe_options_sameorigin
@needs(Permission.SETTINGS_VIEW)
@require_safe
def body(request: HttpRequest, key: str) -> HttpResponse:
    """Show a mail's own page, for the frame that it is looked at in."""
    preview = preview_mail(kind=get_kind(key), language=_language(request), now=utc_now())
    response = HttpResponse(preview.html)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _languages(request: HttpRequest) -> list[str]:
    return [request.tenant.language, *request.tenant.further_languages]


def _language(request: HttpRequest) -> str:
    asked = request.POST.get("language") or request.GET.get("language", "")
    return asked if asked in _languages(request) else request.tenant.language


urlpatterns = [
    path("", notifications, name="dashboard_notifications"),
    path("<slug:key>/", notification, name="dashboard_notification"),
    path("<slug:key>/body/", body, name="dashboard_notification_body"),
]
