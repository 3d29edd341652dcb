"""Announcements: what stands on merchants' dashboards, for whom, from when to when."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.board import forget_announcements
from console.forms import AnnouncementForm
from console.models import Announcement
from console.selectors.announcements import find_announcement, list_announcements
from console.services.announcements import delete_announcement, save_announcement
from core.clock import utc_now
from core.http import HttpRequest


@require_GET
def announcements(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    rows = [(one, _state(one, now)) for one in list_announcements()]
    return render(request, "console/announcements/list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _get(pk))


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    delete_announcement(announcement=_get(pk), actor=request.user.get_username(), now=utc_now())
    forget_announcements()
    messages.success(request, _("The announcement is gone from every dashboard."))
    return redirect("console_announcements")


def _edit(request: HttpRequest, announcement: Announcement | None) -> HttpResponse:
    now = utc_now()
    form = AnnouncementForm(
        request.POST if request.method == "POST" else None, initial=AnnouncementForm.describe(announcement, now=now)
    )
    if request.method == "POST" and form.is_valid():
        save_announcement(
            announcement=announcement, words=form.cleaned_data, actor=request.user.get_username(), now=now
        )
        forget_announcements()
        messages.success(request, _("Saved. Merchants see it within half a minute, from its time on."))
        return redirect("console_announcements")
    context = {
        "form": form,
        "announcement": announcement,
        "crumbs": [{"url": "/console/announcements/", "label": _("Announcements")}],
    }
    return render(request, "console/announcements/edit.html", context, status=422 if form.errors else 200)


def _get(pk: int) -> Announcement:
    found = find_announcement(pk)
    if found is None:
        raise Http404
    return found


def _state(one: Announcement, now: Any) -> str:
    if one.starts_at > now:
        return "planned"
    return "over" if one.ends_at is not None and one.ends_at <= now else "live"
