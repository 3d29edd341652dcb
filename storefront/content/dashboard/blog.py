"""The merchant's pages for the blog."""

from datetime import datetime
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
from storefront.catalog.errors import PictureRefused
from storefront.catalog.jinja import picture
from storefront.content.forms.posts import PostForm, first_values
from storefront.content.locks import lock_post
from storefront.content.models import Post
from storefront.content.selectors import all_posts, get_any_post
from storefront.content.services import delete_post, save_post
from tenants.fleet.errors import StorageFull
from tenants.people.permissions import Permission
from tenants.selectors import store_url

ROWS = 30


@needs(Permission.CONTENT_EDIT)
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """Show the posts: drafts first, then what is planned and shown, newest first."""
    query, now = request.GET.get("q", "").replace("\0", "")[:200], utc_now()
    page = Paginator(all_posts(query=query), ROWS).get_page(request.GET.get("page"))
    rows = [{"row": one, "picture": picture(one.cover), "state": _state(one, now)} for one in page.object_list]
    context = {"page": page, "rows": rows, "query": query, "blog_url": store_url(request.tenant, reverse("blog"))}
    return render(request, "content/dashboard/blog/list.html", context)


@needs(Permission.CONTENT_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a post and write it."""
    return _edit(request, Post(author_name=request.user.display_name))


@needs(Permission.CONTENT_EDIT)
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a post and save what its editor sends, together with what somebody else saved of it."""
    if request.method != "POST":
        return _edit(request, get_any_post(pk))
    with transaction.atomic():
        return _edit(request, lock_post(pk))


@needs(Permission.CONTENT_EDIT)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a post as shoppers will see it, whether or not they see it already."""
    found, now = get_any_post(pk), utc_now()
    is_draft = _state(found, now) != "shown"
    found.published_at = found.published_at or now
    with translation.override(request.tenant.language):
        context = {"post": found, "address": reverse("post", args=[found.handle]), "is_draft": is_draft}
        response = render(request, "content/post.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@needs(Permission.CONTENT_EDIT)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a post with its picture."""
    title = delete_post(post_id=pk)
    messages.success(request, _("Deleted “%(title)s”.") % {"title": title})
    return redirect("dashboard_blog")


def _edit(request: HttpRequest, row: Post) -> HttpResponse:
    now, is_post = utc_now(), request.method == "POST"
    form, clashes = _form(row, now), list[Clash]()
    together = Together([form])
    if is_post:
        sent, clashes = together.merge(request.POST)
        form = _form(row, now, sent, request.FILES)
    if is_post and not clashes and form.is_valid():
        is_new = row.pk is None
        try:
            row = _save(row, form, is_uncovered="uncover" in request.POST, now=now)
        except (PictureRefused, StorageFull) as error:
            form.add_error("cover", str(error))
        except InvalidInput as error:
            form.place_error(error)
        else:
            messages.success(request, _("“%(title)s” is made.") % {"title": row.title} if is_new else _("Saved."))
            return redirect("dashboard_post", row.pk)
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "was": together.was() if row.pk else "",
        "clashes": clashes,
        "state": _state(row, now),
        "cover": picture(row.cover) if row.cover else None,
        "public_url": store_url(request.tenant, f"/blog/{row.handle or '…'}/"),
        "crumbs": [{"label": _("Blog"), "url": reverse("dashboard_blog")}],
    }
    return render(request, "content/dashboard/blog/edit.html", context, status=422 if form.errors or clashes else 200)


def _form(row: Post, now: datetime, data: QueryDict | None = None, files: Any = None) -> PostForm:
    return PostForm(
        data,
        files,
        initial=first_values(row, now=now),
        own={text.name: getattr(row, text.name) for text in PostForm.said},
        told=row.translations,
    )


def _save(row: Post, form: PostForm, *, is_uncovered: bool, now: datetime) -> Post:
    return save_post(
        post_id=row.pk,
        draft=form.draft(row, now=now),
        cover=form.cleaned_data["cover"] or None,
        drops_cover=is_uncovered,
        now=now,
    )


def _state(post: Post, now: datetime) -> str:
    if post.published_at is None:
        return "draft"
    return "shown" if post.published_at <= now else "planned"


urlpatterns = [
    path("", posts, name="dashboard_blog"),
    path("new/", new, name="dashboard_post_new"),
    path("<int:pk>/", post, name="dashboard_post"),
    path("<int:pk>/preview/", preview, name="dashboard_post_preview"),
    path("<int:pk>/delete/", delete, name="dashboard_post_delete"),
]
