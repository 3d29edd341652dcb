"""What is done to many products at once, and taken back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.money import format_money
from core.tenancy import current_tenant
from storefront.catalog.dashboard.grid import grid_address
from storefront.catalog.dashboard.state import ListState, read_query
from storefront.catalog.dashboard.taking_back import offer_undo, pop_undo
from storefront.catalog.errors import ChangeSetNotFound
from storefront.catalog.forms.bulk import FORMS, BulkForm
from storefront.catalog.models import ChangeRow, ChangeSet, ProductVariant
from storefront.catalog.selectors.filtering import filter_products
from storefront.catalog.services import start_undo, undo_change_set
from storefront.catalog.services.mass import (
    AT_ONCE,
    STATUSES,
    Changed,
    MassChange,
    change_products,
    plan_prices,
    start_mass_change,
    title_of,
)
from tenants.people.permissions import Permission

SHOWN = 5


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing to the ticked products or to all that match; ask first where something has to be said."""
    currency = current_tenant().currency
    state = read_query(request.POST.get("state", ""), currency)
    ids = _chosen(request, state)
    action = request.POST.get("action", "")
    if not ids or (action not in FORMS and action not in STATUSES and action != "grid"):
        return redirect(state.address())
    if action == "grid":
        return redirect(grid_address(ids))
    if action in STATUSES:
        return _carry_out(request, state, ids, MassChange(action, {}, currency))
    is_sent = "sent" in request.POST
    form = FORMS[action](request.POST if is_sent else None, currency=currency)
    if not is_sent or not form.is_valid():
        return _ask(request, state, action, ids, form, status=422 if is_sent else 200)
    change = MassChange(action, form.values(), currency)
    if "preview" in request.POST:
        return _ask(request, state, action, ids, form, preview=_preview(ids, change, form))
    try:
        return _carry_out(request, state, ids, change)
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _ask(request, state, action, ids, form, status=422)


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last thing that was done to many, or the one that is named."""
    offered, back = pop_undo(request)
    named = request.POST.get("change_set", "")
    change_set_id = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else offered
    if change_set_id is None:
        return redirect("dashboard_products")
    actor, now = request.user.get_username(), utc_now()
    try:
        if ChangeRow.objects.filter(change_set_id=change_set_id)[: AT_ONCE + 1].count() > AT_ONCE:
            start_undo(change_set_id=change_set_id, actor=actor, now=now)
        else:
            messages.success(request, undo_change_set(change_set_id=change_set_id, actor=actor, now=now).sentence())
    except ShopsteadError as error:
        messages.error(request, str(error))
    return redirect(back or "dashboard_products")


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a deed over many products, with the button that takes it back."""
    found = ChangeSet.objects.filter(pk=pk).first()
    if found is None:
        raise ChangeSetNotFound(_("There is no such change any more. It can be undone for 24 hours."))
    context = {
        "change": found,
        "count": found.rows.count(),
        "is_open": found.undone_at is None and found.expires_at > utc_now(),
        "crumbs": [{"label": _("Products"), "url": reverse("dashboard_products")}],
    }
    return render(request, "catalog/dashboard/change.html", context)


def _carry_out(request: HttpRequest, state: ListState, ids: Sequence[int], wanted: MassChange) -> HttpResponse:
    actor, now = request.user.get_username(), utc_now()
    if len(ids) > AT_ONCE:
        start_mass_change(product_ids=ids, change=wanted, actor=actor, now=now)
        messages.info(request, _("This runs in the background. The tray shows how far it is, and offers to undo it."))
        return redirect(state.address())
    done = change_products(product_ids=ids, change=wanted, actor=actor, now=now)
    _say(request, state, wanted, done)
    return redirect(state.address())


def _say(request: HttpRequest, state: ListState, wanted: MassChange, done: Changed) -> None:
    words = title_of(wanted, done.count)
    if done.change_set_id is not None:
        offer_undo(request, change_set_id=done.change_set_id, words=words, back=state.address())
    elif done.count or not done.refused:
        messages.success(request, words)
    if done.refused:
        messages.error(request, " ".join(done.refused[:SHOWN]))


def _chosen(request: HttpRequest, state: ListState) -> list[int]:
    if request.POST.get("all"):
        return list(filter_products(state.filter).order_by("pk").values_list("pk", flat=True))
    given = [*request.POST.getlist("pick"), *request.POST.get("ids", "")[:100_000].split(",")]
    return list(dict.fromkeys(int(pk) for pk in given if pk.isascii() and pk.isdigit() and len(pk) < 19))


def _ask(
    request: HttpRequest,
    state: ListState,
    action: str,
    ids: Sequence[int],
    form: BulkForm,
    preview: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    count = len(ids)
    titles = {
        "price": ngettext("Change the price of %(num)s product", "Change the price of %(num)s products", count),
        "category": ngettext("Set the category of %(num)s product", "Set the category of %(num)s products", count),
        "tag": ngettext("Add tags to %(num)s product", "Add tags to %(num)s products", count),
        "untag": ngettext("Remove tags from %(num)s product", "Remove tags from %(num)s products", count),
        "vendor": ngettext("Set the brand of %(num)s product", "Set the brand of %(num)s products", count),
        "collection": ngettext("Add %(num)s product to a collection", "Add %(num)s products to a collection", count),
        "delete": ngettext("Delete %(num)s product", "Delete %(num)s products", count),
    }
    context = {
        "title": titles[action] % {"num": count},
        "action": action,
        "form": form,
        "count": count,
        "preview": preview if not form.errors else None,
        "is_all": bool(request.POST.get("all")),
        "ids": "" if request.POST.get("all") else ",".join(map(str, ids)),
        "state": state,
        "state_query": state.query(),
        "needs_preview": action == "price" and (preview is None or bool(form.errors)),
        "crumbs": [{"label": _("Products"), "url": state.address()}],
    }
    return render(request, "catalog/dashboard/bulk.html", context, status=status)


def _preview(ids: Sequence[int], wanted: MassChange, form: BulkForm) -> list[dict[str, Any]]:
    """Return the first five prices as they are and as they would be."""
    language, currency = get_language() or "en", wanted.currency
    try:
        edits = plan_prices(ids[:SHOWN], wanted)
    except ShopsteadError as error:
        form.add_error("value", str(error))
        return []
    variants = ProductVariant.objects.filter(pk__in=list(edits)[:SHOWN]).select_related("product")
    return [
        {
            "title": " – ".join(part for part in (variant.product.title, variant.title) if part),
            "before": format_money(variant.price_amount, currency, language),
            "after": format_money(edits[variant.pk]["price_amount"] or 0, currency, language),
            "compare_at": format_money(compare_at, currency, language)
            if (compare_at := edits[variant.pk]["compare_at_amount"])
            else "",
        }
        for variant in variants.order_by("product_id", "position")
    ]
