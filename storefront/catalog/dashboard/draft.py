"""What a product's page tells the server while it is open: that it is, and what is typed on it."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from core.access import leaves_no_trace, needs
from core.clock import utc_now
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.cards import list_cards
from storefront.catalog.dashboard.merging import WAS, Page
from storefront.catalog.dashboard.state_of import read_state
from storefront.catalog.errors import DraftRefused
from storefront.catalog.forms.new import NewProductForm
from storefront.catalog.selectors.editing import find_later_save, list_others
from storefront.catalog.services.drafts import drop_draft, keep_draft, note_open
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
@leaves_no_trace
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed on a product's page and answer who else has it open."""
    if "discard" in request.POST:
        drop_draft(product_id=pk, actor=request.user.get_username())
        return redirect("dashboard_product", pk)
    state = read_state(pk)
    kept = _keep(request, pk, Page(card.form for card in list_cards(state))) if WAS in request.POST else False
    now, actor = utc_now(), request.user.get_username()
    note_open(product_id=pk, actor=actor, name=name_of(request), now=now)
    context = {
        "others": list_others(product_id=pk, actor=actor, now=now),
        "later": find_later_save(product_id=pk, actor=actor, since=_read_moment(request.POST.get("opened", ""), now)),
        "kept_at": now if kept else None,
    }
    return render(request, "catalog/dashboard/presence.html", context)


@needs(Permission.PRODUCTS_EDIT)
@leaves_no_trace
@require_POST
def new_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed on the page of a new product."""
    if "discard" in request.POST:
        drop_draft(product_id=None, actor=request.user.get_username())
        return redirect("dashboard_product_new")
    kept = WAS in request.POST and _keep(request, None, Page([NewProductForm(currency=current_tenant().currency)]))
    return render(request, "catalog/dashboard/presence.html", {"kept_at": utc_now() if kept else None})


def name_of(request: HttpRequest) -> str:
    """Return what colleagues call whoever asks."""
    return str(request.user.name or request.user.get_username())


def _keep(request: HttpRequest, pk: int | None, page: Page) -> bool:
    typed = page.find_typed(request.POST)
    now = utc_now()
    try:
        keep_draft(
            product_id=pk,
            typed=typed,
            opened_at=_read_moment(request.POST.get("opened", ""), now),
            actor=request.user.get_username(),
            name=name_of(request),
            now=now,
        )
    except DraftRefused:
        return False
    return bool(typed)


def _read_moment(text: str, now: datetime) -> datetime:
    """Return when a page was opened, as it says itself; now where it says nothing of sense."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found is not None and found.tzinfo is not None else now
