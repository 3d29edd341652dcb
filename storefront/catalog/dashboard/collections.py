"""The merchant's pages for collections, by hand and by rule."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput, NotFound
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.dashboard.numbers import read_id, read_ids
from storefront.catalog.dashboard.rules import RuleRows
from storefront.catalog.forms.groups import CollectionForm, NewCollectionForm, first_values, words_of
from storefront.catalog.forms.text import html_from_text, text_from_html
from storefront.catalog.jinja import picture
from storefront.catalog.models import Collection
from storefront.catalog.selectors import (
    get_collection_by_id,
    list_all_collections,
    list_products_in,
    list_products_to_add,
)
from storefront.catalog.services import (
    CollectionDraft,
    add_to_collection,
    arrange_collection,
    arrange_in_collection,
    create_collection,
    delete_collection,
    remove_from_collection,
    set_collection_cover,
    translate_collection,
    update_collection,
)
from tenants.people.permissions import Permission
from tenants.selectors import store_url

ROWS, MEMBERS = 50, 20
STEPS = ("up", "down", "first", "last")


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    """Show the collections in the merchant's order."""
    query = request.GET.get("q", "").replace("\0", "")[:200]
    page = Paginator(list_all_collections(query), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"row": one, "picture": picture(one.cover) if one.cover else None} for one in page.object_list],
        "query": query,
        "crumbs": [{"label": _("Products"), "url": reverse("dashboard_products")}],
    }
    return render(request, "catalog/dashboard/sets/list.html", context)


@needs(Permission.CONTENT_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a title and how it is filled, and make a collection of them."""
    form = NewCollectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = create_collection(
                title=form.cleaned_data["title"],
                description_html=html_from_text(form.cleaned_data["description"]),
                is_automatic=form.cleaned_data["kind"] == "rule",
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except InvalidInput as error:
            form.add_error("title" if error.field == "title" else None, str(error))
        else:
            return redirect("dashboard_collection", row.pk)
    context = {"form": form, "crumbs": _crumbs()}
    return render(request, "catalog/dashboard/sets/new.html", context, status=422 if form.is_bound else 200)


@needs(Permission.PRODUCTS_VIEW, change=Permission.CONTENT_EDIT)
def collection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a collection and save what its page holds; a button of the rules shows the page again without saving."""
    row = get_collection_by_id(pk)
    first = {**first_values(row, text_from_html(row.description_html)), "sort": row.sort, "match": row.match}
    if request.method != "POST":
        form = CollectionForm(initial=first, collection=row, **words_of(row))
        return _edit(request, row, form, RuleRows.kept(row))
    form = CollectionForm(request.POST, request.FILES, initial=first, collection=row, **words_of(row))
    rules = RuleRows.typed(request.POST)
    if request.POST.get("do"):
        rules.press(request.POST["do"])
        return _edit(request, row, form, rules)
    if form.is_valid():
        try:
            _save(row, form, rules, is_uncovered="uncover" in request.POST, actor=request.user.get_username())
        except InvalidInput as error:
            if not rules.place_error(error):
                form.place_error(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard_collection", pk)
    return _edit(request, row, form, rules, status=422)


@needs(Permission.CONTENT_EDIT)
@require_POST
def products(request: HttpRequest, pk: int) -> HttpResponse:
    """Put products into a collection by hand, take them out, or move them."""
    actor, now = request.user.get_username(), utc_now()
    step, _colon, number = request.POST.get("move", "").partition(":")
    product_id = read_id(number)
    try:
        if added := read_ids(request.POST.getlist("add")):
            count = add_to_collection(collection_id=pk, product_ids=added, actor=actor, now=now)
            said = ngettext("Put %(n)s product in.", "Put %(n)s products in.", count)
            messages.success(request, said % {"n": count})
        elif taken := read_ids(request.POST.getlist("remove")):
            remove_from_collection(collection_id=pk, product_ids=taken, actor=actor, now=now)
        elif step in STEPS and product_id:
            arrange_in_collection(collection_id=pk, product_id=product_id, step=cast("Any", step), actor=actor, now=now)
    except InvalidInput as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('dashboard_collection', args=[pk])}#products")


@needs(Permission.CONTENT_EDIT)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a collection one place among the others."""
    step = request.POST.get("step", "")
    if step in ("up", "down"):
        try:
            arrange_collection(
                collection_id=pk, step=cast("Any", step), actor=request.user.get_username(), now=utc_now()
            )
        except NotFound as error:
            messages.error(request, str(error))
    return redirect("dashboard_collections")


@needs(Permission.CONTENT_EDIT)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a collection; its goods stay."""
    get_collection_by_id(pk)
    title = delete_collection(collection_id=pk, actor=request.user.get_username(), now=utc_now())
    messages.success(request, _("Deleted “%(title)s”. Its products stay.") % {"title": title})
    return redirect("dashboard_collections")


def _save(row: Collection, form: CollectionForm, rules: RuleRows, *, is_uncovered: bool, actor: str) -> None:
    data, now = form.cleaned_data, utc_now()
    draft = CollectionDraft(
        title=data["title"],
        description_html=html_from_text(data["description"]),
        handle=data["handle"],
        is_visible=data["is_visible"],
        rules=rules.rows,
        match=data.get("match", row.match),
        sort=data["sort"],
        seo_title=data["seo_title"],
        seo_description=data["seo_description"],
    )
    update_collection(collection_id=row.pk, draft=draft, actor=actor, now=now)
    translate_collection(collection_id=row.pk, texts=form.translations())
    if data["cover"] or is_uncovered:
        set_collection_cover(collection_id=row.pk, file=data["cover"] or None, actor=actor, now=now)


def _edit(
    request: HttpRequest, row: Collection, form: CollectionForm, rules: RuleRows, status: int = 200
) -> HttpResponse:
    query = request.GET.get("find", "").replace("\0", "")[:200]
    page = Paginator(list_products_in(row), MEMBERS).get_page(request.GET.get("page"))
    match = request.POST.get("match") or row.match
    context: Mapping[str, Any] = {
        "form": form,
        "row": row,
        "cover": picture(row.cover) if row.cover else None,
        "public_url": store_url(current_tenant(), f"/collections/{row.handle}/"),
        "crumbs": _crumbs(),
        "page": page,
        "members": [{"product": one, "picture": picture(one.cover)} for one in page.object_list],
        "is_ordered_by_hand": row.sort == "manual" and not row.is_automatic,
        "query": query,
        "found": [{"product": one, "picture": picture(one.cover)} for one in list_products_to_add(row, query)],
        "rules": rules.drawn() if row.is_automatic else [],
        "preview": rules.preview(match, now=utc_now()) if row.is_automatic else None,
        "is_unsaved": bool(request.POST),
    }
    return render(request, "catalog/dashboard/sets/edit.html", context, status=status)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Collections"), "url": reverse("dashboard_collections")}]


urlpatterns = [
    path("", collections, name="dashboard_collections"),
    path("new/", new, name="dashboard_collection_new"),
    path("<int:pk>/", collection, name="dashboard_collection"),
    path("<int:pk>/products/", products, name="dashboard_collection_products"),
    path("<int:pk>/move/", move, name="dashboard_collection_move"),
    path("<int:pk>/delete/", delete, name="dashboard_collection_delete"),
]
