"""The merchant's pages for the menus of the header and the footer."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from storefront.catalog.dashboard.merging import Clash
from storefront.content.default_menus import write_defaults
from storefront.content.enums import Place, Target
from storefront.content.errors import MenuRefused
from storefront.content.forms.menu_merging import merge_menus, read_was, write_was
from storefront.content.forms.menus import Row, add_row, items_of, mark_troubles, name_words, press, read_rows, rows_of
from storefront.content.locks import lock_menu
from storefront.content.selectors import find_menu
from storefront.content.services import forget_menu, save_menu
from storefront.content.targets import Aim, Named, find_aims, search_aims
from tenants.languages import name_language
from tenants.people.permissions import Permission

FIXED = (Target.HOME, Target.PRODUCTS, Target.BLOG, Target.SUPPORT, Target.TRACKING)


@needs(Permission.CONTENT_EDIT)
@require_safe
def menus(request: HttpRequest) -> HttpResponse:
    """Show both menus with what is wrong in them."""
    shown = []
    for place in Place:
        menu = find_menu(place)
        rows = rows_of(menu.items if menu else write_defaults(place, tenant=request.tenant))
        mark_troubles(rows, find_aims(items_of(rows), now=utc_now()))
        troubles = sum(bool(row.trouble) + sum(bool(one.trouble) for one in row.inside) for row in rows)
        shown.append({"place": place, "menu": menu, "rows": rows, "troubles": troubles})
    return render(request, "content/dashboard/menus/list.html", {"menus": shown})


@needs(Permission.CONTENT_EDIT)
def menu(request: HttpRequest, place: str) -> HttpResponse:
    """Show a menu's editor; a button of it shows the page again without saving, `save` keeps the menu."""
    if place not in Place.values:
        raise Http404
    if request.method != "POST":
        kept = find_menu(Place(place))
        return _edit(request, place, rows_of(kept.items if kept else write_defaults(place, tenant=request.tenant)))
    rows, deed = read_rows(request.POST), request.POST.get("do", "save")
    if deed == "enter":
        # The Enter key presses the form's first button, in the box to find something too.
        deed = "find" if request.POST.get("find") else "save"
    if deed.startswith("add:"):
        return _edit(request, place, _add(request, rows, deed.removeprefix("add:")), is_unsaved=True)
    if deed != "save":
        return _edit(request, place, press(rows, deed), is_unsaved=True)
    return _answer_save(request, place, rows)


@transaction.atomic
def _answer_save(request: HttpRequest, place: str, rows: list[Row]) -> HttpResponse:
    """Save a menu together with what somebody else saved of it; nobody does so meanwhile."""
    lock_menu(Place(place))
    kept, items = find_menu(Place(place), locked=True), items_of(rows)
    was = read_was(request.POST.get("was", ""))
    if was is not None and kept is not None:
        ids = [f"{one.key}-label" for row in rows for one in (row, *row.inside)]
        items, clashes = merge_menus(was, items, kept.items, ids=ids)
        if clashes:
            return _edit(request, place, rows, was=write_was(kept.items), clashes=clashes, is_unsaved=True)
    try:
        save_menu(place=Place(place), items=items, now=utc_now())
    except MenuRefused as error:
        return _edit(request, place, rows, error=str(error), is_unsaved=True)
    messages.success(request, _("Saved. Shoppers see it now."))
    return redirect("dashboard_menu", place)


@needs(Permission.CONTENT_EDIT)
@require_POST
def forget(request: HttpRequest, place: str) -> HttpResponse:
    """Let a menu follow the store's collections and pages by itself again."""
    if place not in Place.values:
        raise Http404
    forget_menu(place=Place(place))
    messages.success(request, _("The menu follows your collections and pages by itself again."))
    return redirect("dashboard_menus")


def _add(request: HttpRequest, rows: list[Row], told: str) -> list[Row]:
    target, _colon, value = told.partition(":")
    aim = find_aims([{"target": target, "value": value}], now=utc_now()).get((target, value))
    languages = [request.tenant.language, *request.tenant.further_languages]
    return add_row(rows, target, value, aim=aim, languages=languages)


def _edit(
    request: HttpRequest,
    place: str,
    rows: list[Row],
    *,
    error: str = "",
    is_unsaved: bool = False,
    was: str = "",
    clashes: Sequence[Clash] = (),
) -> HttpResponse:
    now, query = utc_now(), request.POST.get("find", "").replace("\0", "").strip()[:100]
    aims: dict[Named, Aim] = find_aims(items_of(rows), now=now)
    tongues = [(code, name_language(code)) for code in request.tenant.further_languages]
    mark_troubles(rows, aims)
    name_words(rows, tongues)
    context: dict[str, Any] = {
        "place": Place(place),
        "rows": rows,
        "is_own": find_menu(Place(place)) is not None,
        "error": error,
        "is_unsaved": is_unsaved,
        "was": was or request.POST.get("was") or write_was(items_of(rows)),
        "clashes": clashes,
        "query": query,
        "fixed": FIXED,
        "groups": search_aims(query, now=now),
        "crumbs": [{"label": _("Menus"), "url": reverse("dashboard_menus")}],
    }
    return render(request, "content/dashboard/menus/edit.html", context, status=422 if error or clashes else 200)


urlpatterns = [
    path("", menus, name="dashboard_menus"),
    path("<str:place>/", menu, name="dashboard_menu"),
    path("<str:place>/forget/", forget, name="dashboard_menu_forget"),
]
