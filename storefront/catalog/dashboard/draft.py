"""What a product's page tells the server while it is open: that it is, and what is typed on it."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from core.access import leaves_no_trace, needs
from core.clock import utc_now
from core.http import HttpRequest
from core.ids import new_token
from core.tenancy import current_tenant
from storefront.catalog.cards import list_cards
from storefront.catalog.dashboard.merging import WAS, Page
from storefront.catalog.dashboard.state_of import read_state
from storefront.catalog.errors import DraftRefused
from storefront.catalog.forms.new import NewProductForm
from storefront.catalog.models import ProductEditing
from storefront.catalog.selectors.editing import (
    find_draft,
    find_draft_elsewhere,
    find_later_save,
    is_open_twice,
    list_others,
)
from storefront.catalog.services.drafts import OpenPage, drop_draft, keep_draft, note_closed, note_open
from tenants.people.permissions import Permission

_TAB = re.compile(r"[a-z0-9]{26}", re.ASCII)


@needs(Permission.PRODUCTS_EDIT)
@leaves_no_trace
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed on a product's page and answer who else has it open."""
    page, now = read_page(request, pk), utc_now()
    if "discard" in request.POST:
        drop_draft(page=page)
        return redirect("dashboard_product", pk)
    state = read_state(pk)
    told = _keep(request, page, Page(card.form for card in list_cards(state)), now) if WAS in request.POST else {}
    if "closed" in request.POST:
        note_closed(page=page, now=now)
        return HttpResponse(status=204)
    note_open(page=page, now=now)
    elsewhere = find_draft_elsewhere(product_id=pk, actor=page.actor, tab=page.tab, now=now)
    later = find_later_save(product_id=pk, actor=page.actor, tab=page.tab, since=page.opened_at)
    context = {
        "others": list_others(product_id=pk, actor=page.actor, now=now),
        "elsewhere": elsewhere if elsewhere is None or elsewhere.tab != page.put_back else None,
        "elsewhere_url": reverse("dashboard_product", args=[pk]),
        "is_twice": is_open_twice(product_id=pk, actor=page.actor, tab=page.tab, now=now),
        "later": later,
        "is_later_mine": later is not None and later.actor == page.actor,
        **told,
    }
    return render(request, "catalog/dashboard/presence.html", context)


@needs(Permission.PRODUCTS_EDIT)
@leaves_no_trace
@require_POST
def new_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed on the page of a new product."""
    page, now = read_page(request, None), utc_now()
    if "discard" in request.POST:
        drop_draft(page=page)
        return redirect("dashboard_product_new")
    forms = Page([NewProductForm(currency=current_tenant().currency)])
    told = _keep(request, page, forms, now) if WAS in request.POST else {}
    if "closed" in request.POST:
        note_closed(page=page, now=now)
        return HttpResponse(status=204)
    return render(request, "catalog/dashboard/presence.html", told)


def find_drafts(request: HttpRequest, pk: int | None) -> tuple[ProductEditing | None, ProductEditing | None]:
    """Return the draft to put back on a page that is opened, and the one that another tab holds, which is open."""
    actor, now = request.user.get_username(), utc_now()
    asked = request.GET.get("from", "")
    kept = find_draft(product_id=pk, actor=actor, now=now, tab=asked if _TAB.fullmatch(asked) else "")
    if kept is not None:
        return kept, None
    return None, find_draft_elsewhere(product_id=pk, actor=actor, tab="", now=now)


def name_page(request: HttpRequest, kept: ProductEditing | None) -> dict[str, str]:
    """Return what a page that is shown says of itself: its name, when it was opened, and whose draft is put back on it."""
    tab = request.POST.get("tab", "")
    return {
        "tab": tab if _TAB.fullmatch(tab) else new_token(),
        "opened": utc_now().isoformat(),
        "put_back": kept.tab if kept is not None else _read_tab(request, "put_back"),
    }


def read_page(request: HttpRequest, pk: int | None) -> OpenPage:
    """Return which opened page has sent this, as it says itself."""
    return OpenPage(
        product_id=pk,
        actor=request.user.get_username(),
        name=str(request.user.name or request.user.get_username()),
        tab=_read_tab(request, "tab"),
        opened_at=_read_moment(request.POST.get("opened", ""), utc_now()),
        put_back=_read_tab(request, "put_back"),
    )


def _keep(request: HttpRequest, page: OpenPage, forms: Page, now: datetime) -> dict[str, Any]:
    """Keep what was typed and return what there is to tell of it."""
    try:
        is_kept = keep_draft(page=page, typed=forms.find_typed(request.POST), now=now)
    except DraftRefused as error:
        return {"not_kept": str(error)}
    return {"kept_at": now if is_kept else None}


def _read_tab(request: HttpRequest, name: str) -> str:
    text = request.POST.get(name, "")
    return text if _TAB.fullmatch(text) else ""


def _read_moment(text: str, now: datetime) -> datetime:
    """Return when a page was opened, as it says itself; now where it says nothing of sense."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found is not None and found.tzinfo is not None else now
