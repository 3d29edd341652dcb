"""On a store's host: the door of a support session, its second switch and its exit, and the page where the owner sees it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.board import forget_announcements
from console.enums import SupportEnd
from console.forms import WriteForm
from console.notices import CLOSED_KEY
from console.selectors.announcements import is_announced
from console.selectors.support import find_session_of, list_requests, list_sessions
from console.services.support import allow_changes, end_support, enter_support
from core.access import any_member, needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from tenants.people.permissions import Permission
from tenants.selectors import platform_url

MOST_CLOSED = 50


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """Turn the one-time pass from the console into a support session on this host."""
    now = utc_now()
    access, secret = enter_support(token=request.GET.get("token", ""), tenant_id=request.tenant.pk, now=now)
    response = redirect("dashboard_home")
    response.set_cookie(
        settings.SUPPORT_COOKIE_NAME,
        secret,
        max_age=int((access.expires_at - now).total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    response["Cache-Control"] = "no-store"
    return response


@any_member
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Ask why the session has to change things, and let it."""
    if request.support is None:
        raise Http404
    form = WriteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            allow_changes(access=request.support, reason=form.cleaned_data["reason"], now=utc_now())
        except ShopsteadError as error:
            form.add_error(None, str(error))
        else:
            messages.warning(request, _("You can change things now. Every change carries your name."))
            return redirect("dashboard_home")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "console/support/write.html", {"form": form}, status=status)


@any_member
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the console."""
    if request.support is None:
        raise Http404
    access = request.support
    end_support(access_id=access.pk, by=SupportEnd.EXIT, actor="", now=utc_now())
    forget_announcements()
    response = redirect(platform_url(f"/console/stores/{request.tenant.pk}/?support=left"))
    response.delete_cookie(settings.SUPPORT_COOKIE_NAME, samesite="Lax")
    return response


@needs(Permission.AUDIT_VIEW)
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """Show who of the platform looked in, why, and what was done."""
    now = utc_now()
    page = list_sessions(tenant_id=request.tenant.pk, page=request.GET.get("page", "1"))
    rows = [(one, one.ended_at is None and one.expires_at > now) for one in page]
    return render(request, "console/support/sessions.html", {"rows": rows, "page": page})


@needs(Permission.AUDIT_VIEW)
@require_GET
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one session asked for."""
    access = find_session_of(pk=pk, tenant_id=request.tenant.pk)
    if access is None:
        raise Http404
    is_open = access.ended_at is None and access.expires_at > utc_now()
    asked_for = list_requests(access, page=request.GET.get("page", "1"))
    context = {"access": access, "is_open": is_open, "page": asked_for}
    return render(request, "console/support/session.html", context)


@needs(Permission.STAFF_EDIT)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the platform's person out, at once."""
    access = find_session_of(pk=pk, tenant_id=request.tenant.pk)
    if access is None:
        raise Http404
    if end_support(access_id=access.pk, by=SupportEnd.STORE, actor=request.user.get_username(), now=utc_now()):
        forget_announcements()
        messages.success(request, _("The session is over. Nobody of support is in your store any more."))
    return redirect("dashboard_support_sessions")


@any_member
@require_POST
def close_announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an announcement away for as long as this log-in lasts."""
    if not is_announced(pk=pk, tenant=request.tenant):
        raise Http404
    closed = request.session.get(CLOSED_KEY, [])
    if pk not in closed:
        request.session[CLOSED_KEY] = [*closed, pk][-MOST_CLOSED:]
    if "HX-Request" in request.headers:
        return HttpResponse("")
    target = request.POST.get("next", "")
    return redirect(target if target.startswith("/dashboard/") else "dashboard_home")


urlpatterns = [
    path("announcements/<int:pk>/close/", close_announcement, name="dashboard_announcement_close"),
    path("support-access/enter/", enter, name="dashboard_support_enter"),
    path("support-access/write/", write, name="dashboard_support_write"),
    path("support-access/exit/", leave, name="dashboard_support_exit"),
    path("settings/support-access/", sessions, name="dashboard_support_sessions"),
    path("settings/support-access/<int:pk>/", session, name="dashboard_support_session"),
    path("settings/support-access/<int:pk>/end/", end, name="dashboard_support_end"),
]
