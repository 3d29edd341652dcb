"""The merchant's pages for old addresses that lead to new ones."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from storefront.content.errors import RedirectRefused
from storefront.content.forms.redirects import RedirectFileForm, RedirectForm
from storefront.content.selectors import list_redirects
from storefront.content.services import add_redirect, delete_redirects, import_redirects
from tenants.people.permissions import Permission

ROWS, SHOWN_FAULTS, MOST_AT_ONCE = 50, 20, 500


@needs(Permission.CONTENT_EDIT)
def redirects(request: HttpRequest) -> HttpResponse:
    """Show the redirects and add one."""
    if request.method != "POST":
        return _show(request, RedirectForm())
    form = RedirectForm(request.POST)
    if form.is_valid():
        try:
            made = add_redirect(**form.cleaned_data, now=utc_now())
        except RedirectRefused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            told = {"old": made.from_path, "new": made.to_path}
            messages.success(request, _("%(old)s leads to %(new)s now.") % told)
            return redirect("dashboard_redirects")
    return _show(request, form, status=422)


@needs(Permission.CONTENT_EDIT)
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Delete what is picked."""
    picked = [
        int(text) for text in request.POST.getlist("pick") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    count = delete_redirects(ids=picked[:MOST_AT_ONCE])
    if count:
        said = ngettext("%(n)s redirect is deleted.", "%(n)s redirects are deleted.", count)
        messages.success(request, said % {"n": count})
    else:
        messages.info(request, _("Nothing was picked, so nothing was changed."))
    return redirect("dashboard_redirects")


@needs(Permission.CONTENT_EDIT)
def file(request: HttpRequest) -> HttpResponse:
    """Ask for a file of redirects, write its rows, and say which were left out and why."""
    form = RedirectFileForm(request.POST, request.FILES) if request.method == "POST" else RedirectFileForm()
    context: dict[str, Any] = {
        "form": form,
        "crumbs": [{"label": _("Redirects"), "url": reverse("dashboard_redirects")}],
    }
    if request.method == "POST" and form.is_valid():
        try:
            done = import_redirects(text=form.cleaned_data["file"], now=utc_now())
        except RedirectRefused as error:
            form.add_error("file", str(error))
        else:
            context |= {
                "done": done,
                "faults": done.errors[:SHOWN_FAULTS],
                "more": max(0, len(done.errors) - SHOWN_FAULTS),
            }
    return render(request, "content/dashboard/redirects/file.html", context, status=422 if form.errors else 200)


def _show(request: HttpRequest, form: RedirectForm, status: int = 200) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "")[:200]
    page = Paginator(list_redirects(query=query), ROWS).get_page(request.GET.get("page"))
    context: Mapping[str, Any] = {"form": form, "page": page, "query": query}
    return render(request, "content/dashboard/redirects/list.html", context, status=status)


urlpatterns = [
    path("", redirects, name="dashboard_redirects"),
    path("delete/", delete, name="dashboard_redirects_delete"),
    path("file/", file, name="dashboard_redirects_file"),
]
