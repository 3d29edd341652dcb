"""Entering a store's dashboard, and the facts of the store."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import end_login, redeem_handoff, set_language
from accounts.sessions import current_login
from core.access import any_member, needs
from core.clock import utc_now
from core.http import HttpRequest
from core.tenancy import in_public
from tenants.forms import StoreSettingsForm
from tenants.hosts import see_changes
from tenants.models import Tenant
from tenants.people.permissions import Permission
from tenants.selectors import platform_url
from tenants.services import update_store_facts


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """Turn the one-time pass from the platform's host into a session on this one."""
    handoff = redeem_handoff(token=request.GET.get("token", ""), tenant_id=request.tenant.pk, now=utc_now())
    request.parent_login = handoff.login
    login(request, handoff.user, backend="django.contrib.auth.backends.ModelBackend")
    target = request.GET.get("next", "")
    return redirect(target if target.startswith("/dashboard/") else "/dashboard/")


@any_member
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Log out of this store and of the platform it was entered from, so that nobody comes back without logging in."""
    login = current_login(request)
    logout(request)
    if login is not None and login.parent is not None:
        end_login(token=login.parent.token, now=utc_now())
    return redirect(platform_url("/login/"))


@any_member
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    language, target = request.POST.get("language", ""), request.POST.get("next", "")
    if language in dict(settings.LANGUAGES):
        set_language(user_id=request.membership.user_id, language=language)
    return redirect(target if target.startswith("/dashboard/") else "/dashboard/")


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    with in_public():
        tenant = Tenant.objects.get(pk=request.tenant.pk)
    form = StoreSettingsForm(request.POST or None, instance=tenant)
    if request.method == "POST" and form.is_valid():
        update_store_facts(
            tenant_id=tenant.pk, facts=form.cleaned_data, actor=request.user.get_username(), now=utc_now()
        )
        see_changes()
        messages.success(request, _("Saved."))
        return redirect("dashboard_settings")
    status = 422 if form.errors else 200
    return render(request, "tenants/settings.html", {"form": form}, status=status)


urlpatterns = [
    path("enter/", enter, name="dashboard_enter"),
    path("leave/", leave, name="dashboard_leave"),
    path("language/", choose_language, name="dashboard_language"),
    path("settings/", settings_page, name="dashboard_settings"),
]
