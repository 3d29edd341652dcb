"""The merchant's pages for the tree of categories."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput, NotFound
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.dashboard.numbers import read_id
from storefront.catalog.forms.groups import GroupForm, NewGroupForm, first_values, words_of
from storefront.catalog.forms.text import html_from_text, text_from_html
from storefront.catalog.jinja import picture
from storefront.catalog.models import Category
from storefront.catalog.selectors import get_category_by_id, list_ancestors, list_branches
from storefront.catalog.services import (
    arrange_category,
    create_category,
    delete_category,
    move_category,
    set_category_cover,
    translate_category,
    update_category,
)
from storefront.catalog.services.categories import Place, Step
from tenants.people.permissions import Permission
from tenants.selectors import store_url

STEPS, PLACES = ("up", "down", "into", "out"), ("before", "after", "inside")


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """Show the whole tree."""
    branches = list_branches()
    context = {"branches": branches, "crumbs": [{"label": _("Products"), "url": reverse("dashboard_products")}]}
    return render(request, "catalog/dashboard/tree/list.html", context)


@needs(Permission.PRODUCTS_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a title and a description, and make a category of them."""
    parent_id = read_id(request.POST.get("parent") or request.GET.get("parent"))
    parent = get_category_by_id(parent_id) if parent_id else None
    form = NewGroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = create_category(
                title=form.cleaned_data["title"],
                description_html=html_from_text(form.cleaned_data["description"]),
                parent_id=parent_id,
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except InvalidInput as error:
            form.add_error("title" if error.field == "title" else None, str(error))
        else:
            return redirect("dashboard_category", row.pk)
    context = {"form": form, "parent": parent, "crumbs": _crumbs(parent) if parent else _crumbs()}
    return render(request, "catalog/dashboard/tree/new.html", context, status=422 if form.is_bound else 200)


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
def category(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a category and save what its page holds."""
    row = get_category_by_id(pk)
    first = first_values(row, text_from_html(row.description_html))
    if request.method != "POST":
        return _edit(request, row, GroupForm(initial=first, **words_of(row)))
    form = GroupForm(request.POST, request.FILES, initial=first, **words_of(row))
    if form.is_valid():
        try:
            _save(row, form, is_uncovered="uncover" in request.POST, actor=request.user.get_username())
        except InvalidInput as error:
            form.place_error(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard_category", pk)
    return _edit(request, row, form, status=422)


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a category by a button, or to where it was dragged."""
    step, place = request.POST.get("step", ""), request.POST.get("place", "")
    target_id, actor = read_id(request.POST.get("target")), request.user.get_username()
    try:
        if step in STEPS:
            arrange_category(category_id=pk, step=cast("Step", step), actor=actor, now=utc_now())
        elif place in PLACES and target_id:
            move_category(category_id=pk, target_id=target_id, place=cast("Place", place), actor=actor, now=utc_now())
    except (InvalidInput, NotFound) as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('dashboard_categories')}#category-{pk}")


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a category; what stood in it moves up."""
    row = get_category_by_id(pk)
    parent = delete_category(category_id=pk, actor=request.user.get_username(), now=utc_now())
    said = _("Deleted “%(title)s”. What was in it is in “%(parent)s” now.") if parent else _("Deleted “%(title)s”.")
    messages.success(request, said % {"title": row.title, "parent": parent.title if parent else ""})
    return redirect("dashboard_categories")


def _save(row: Category, form: GroupForm, *, is_uncovered: bool, actor: str) -> None:
    data, now = form.cleaned_data, utc_now()
    if data["cover"] or is_uncovered:
        set_category_cover(category_id=row.pk, file=data["cover"] or None, actor=actor, now=now)
    update_category(
        category_id=row.pk,
        title=data["title"],
        description_html=html_from_text(data["description"]),
        handle=data["handle"],
        seo_title=data["seo_title"],
        seo_description=data["seo_description"],
        is_visible=data["is_visible"],
        actor=actor,
        now=now,
    )
    translate_category(category_id=row.pk, texts=form.translations())


def _edit(request: HttpRequest, row: Category, form: GroupForm, status: int = 200) -> HttpResponse:
    branch = next(one for one in list_branches() if one.id == row.pk)
    above = list_ancestors(row)
    context = {
        "form": form,
        "row": row,
        "branch": branch,
        "parent": above[-1] if above else None,
        "cover": picture(row.cover) if row.cover else None,
        "public_url": store_url(current_tenant(), f"/categories/{row.handle}/"),
        "crumbs": _crumbs(*above),
    }
    return render(request, "catalog/dashboard/tree/edit.html", context, status=status)


def _crumbs(*above: Category) -> list[dict[str, Any]]:
    return [
        {"label": _("Categories"), "url": reverse("dashboard_categories")},
        *({"label": one.title, "url": reverse("dashboard_category", args=[one.pk])} for one in above),
    ]


urlpatterns = [
    path("", categories, name="dashboard_categories"),
    path("new/", new, name="dashboard_category_new"),
    path("<int:pk>/", category, name="dashboard_category"),
    path("<int:pk>/move/", move, name="dashboard_category_move"),
    path("<int:pk>/delete/", delete, name="dashboard_category_delete"),
]
