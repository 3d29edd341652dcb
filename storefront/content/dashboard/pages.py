"""The merchant's pages for the store's own pages."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.catalog.dashboard.merging import Clash
from storefront.catalog.dashboard.merging import Page as Together
from storefront.catalog.dashboard.text_pictures import answer_upload
from storefront.catalog.forms.text import text_from_html
from storefront.content.enums import Place
from storefront.content.forms.pages import PageForm, first_values, own_words
from storefront.content.locks import lock_page
from storefront.content.models import Page
from storefront.content.selectors import find_menu, get_any_page, list_pages
from storefront.content.services import create_page, delete_page, set_page_published, update_page
from storefront.content.suggestions import find_suggestion, list_suggestions
from tenants.people.permissions import Permission
from tenants.selectors import store_url

ROWS = 50


@needs(Permission.CONTENT_EDIT)
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """Show the store's pages, and those that shoppers look for and the store does not have."""
    query = request.GET.get("q", "").replace("\0", "")[:200]
    page = Paginator(list_pages(query=query), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "query": query, "suggestions": list_suggestions()}
    return render(request, "content/dashboard/pages/list.html", context)


@needs(Permission.CONTENT_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a page and make it; `like` begins with a page that shoppers look for."""
    suggested = find_suggestion(request.GET.get("like", ""), tenant=request.tenant)
    title, body = suggested or ("", "")
    handle = request.GET.get("like", "") if suggested else ""
    page = Page(title=title, body_html=body, handle=handle)
    form, now = _form(page, request.POST if request.method == "POST" else None), utc_now()
    if request.method == "POST" and form.is_valid():
        try:
            page = create_page(draft=form.draft(now=now), now=now)
        except InvalidInput as error:
            form.place_error(error)
        else:
            messages.success(request, _("“%(title)s” is made.") % {"title": page.title})
            return redirect("dashboard_page", page.pk)
    return _edit(request, page, form)


@needs(Permission.CONTENT_EDIT)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page and save what its editor sends."""
    if request.method == "POST":
        return _answer_save(request, pk)
    found = get_any_page(pk)
    form = _form(found)
    return _edit(request, found, form, together=Together([form]))


@transaction.atomic
def _answer_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a page together with what somebody else saved of it; nobody does so meanwhile."""
    found, now = lock_page(pk), utc_now()
    together = Together([_form(found)])
    sent, clashes = together.merge(request.POST)
    form = _form(found, sent)
    if not clashes and form.is_valid():
        try:
            update_page(page_id=pk, draft=form.draft(now=now), now=now)
        except InvalidInput as error:
            form.place_error(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard_page", pk)
    return _edit(request, found, form, together=together, clashes=clashes)


@needs(Permission.CONTENT_EDIT)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page as shoppers will see it, whether or not they see it already; `?language=` chooses its language."""
    found = get_any_page(pk)
    asked = request.GET.get("language", "")
    language = asked if asked in request.tenant.further_languages else request.tenant.language
    context = {"page": found, "address": reverse("page", args=[found.handle]), "is_draft": True}
    with translation.override(language):
        response = render(request, "content/page.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@needs(Permission.CONTENT_EDIT)
@require_POST
def text_picture(request: HttpRequest) -> HttpResponse:
    """Keep a picture for a page, a post or a policy."""
    return answer_upload(request)


@needs(Permission.CONTENT_EDIT)
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page to shoppers, or put it away."""
    is_published = request.POST.get("show") == "1"
    set_page_published(page_id=pk, is_published=is_published, now=utc_now())
    messages.success(request, _("Shoppers see it now.") if is_published else _("Shoppers do not see it any more."))
    return redirect("dashboard_pages")


@needs(Permission.CONTENT_EDIT)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a page; links to it are marked in the menus and not shown to shoppers."""
    title = delete_page(page_id=pk)
    messages.success(request, _("Deleted “%(title)s”.") % {"title": title})
    return redirect("dashboard_pages")


def _form(page: Page, data: QueryDict | None = None) -> PageForm:
    return PageForm(data, initial=first_values(page), own=own_words(page), told=page.translations)


def _edit(
    request: HttpRequest,
    page: Page,
    form: PageForm,
    *,
    together: Together | None = None,
    clashes: Sequence[Clash] = (),
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "row": page,
        "was": together.was() if together is not None else "",
        "clashes": clashes,
        "has_own_footer": find_menu(Place.FOOTER) is not None,
        "public_url": store_url(request.tenant, f"/pages/{page.handle or '…'}/"),
        "has_gaps": "[" in text_from_html(page.body_html) or "［" in page.body_html,
        "crumbs": [{"label": _("Pages"), "url": reverse("dashboard_pages")}],
    }
    return render(request, "content/dashboard/pages/edit.html", context, status=422 if form.errors or clashes else 200)


urlpatterns = [
    path("", pages, name="dashboard_pages"),
    path("new/", new, name="dashboard_page_new"),
    path("text-pictures/", text_picture, name="dashboard_page_text_picture"),
    path("<int:pk>/", page, name="dashboard_page"),
    path("<int:pk>/preview/", preview, name="dashboard_page_preview"),
    path("<int:pk>/show/", show, name="dashboard_page_show"),
    path("<int:pk>/delete/", delete, name="dashboard_page_delete"),
]
