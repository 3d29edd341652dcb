"""What is done to many orders at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.orders.dashboard.list import UNDO_KEY
from storefront.orders.dashboard.state import read_state
from storefront.orders.selectors import list_orders
from storefront.orders.services import archive_orders, fulfill_orders, tag_orders, unfulfill_orders
from tenants.people.permissions import Permission

MOST = 1000


def chosen_orders(request: HttpRequest) -> list[int]:
    """Return the ids of the ticked orders, or of all that match where that was asked for; a thousand at most."""
    if request.POST.get("all"):
        state = read_state(request.POST.get("state", ""))
        return list(list_orders(wanted=state.filter, now=utc_now()).values_list("pk", flat=True)[:MOST])
    picked = (
        value for value in request.POST.getlist("pick") if value.isascii() and value.isdigit() and len(value) < 19
    )
    return [int(value) for value in picked][:MOST]


@needs(Permission.ORDERS_FULFILL)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Mark the chosen orders as sent; ten seconds of Undo follow."""
    sent, skipped = fulfill_orders(order_ids=chosen_orders(request), actor=request.user.get_username(), now=utc_now())
    if sent:
        request.session[UNDO_KEY] = {"ids": [each.pk for each in sent], "skipped": skipped}
    else:
        messages.warning(request, _("Nothing was left to send in what you chose."))
    return redirect(back_to(request))


@needs(Permission.ORDERS_FULFILL)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    ids = [int(value) for value in request.GET.get("ids", "").split(",") if value.isascii() and value.isdigit()]
    count = unfulfill_orders(fulfillment_ids=ids, actor=request.user.get_username(), now=utc_now())
    if count:
        said = ngettext("%(num)s parcel taken back.", "%(num)s parcels taken back.", count)
        messages.success(request, said % {"num": count})
    else:
        messages.warning(request, _("Too late to undo: the customer knows already."))
    return redirect(back_to(request))


@needs(Permission.ORDERS_NOTE)
@require_POST
def tag(request: HttpRequest) -> HttpResponse:
    """Put tags on the chosen orders, or take them off."""
    words = request.POST.get("tags", "")
    add, remove = ("", words) if "remove" in request.POST else (words, "")
    actor, now = request.user.get_username(), utc_now()
    try:
        count = tag_orders(order_ids=chosen_orders(request), add=add, remove=remove, actor=actor, now=now)
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        _say_count(request, count)
    return redirect(back_to(request))


@needs(Permission.ORDERS_NOTE)
@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Put the chosen orders away, or bring them back."""
    is_archived = "bring_back" not in request.POST
    actor, now = request.user.get_username(), utc_now()
    count, kept = archive_orders(order_ids=chosen_orders(request), is_archived=is_archived, actor=actor, now=now)
    if is_archived and count:
        said = ngettext("%(num)s order put away.", "%(num)s orders put away.", count)
        messages.success(request, said % {"num": count})
    elif count:
        said = ngettext("%(num)s order brought back.", "%(num)s orders brought back.", count)
        messages.success(request, said % {"num": count})
    if kept:
        said = ngettext(
            "%(num)s order still has something to send and stays.",
            "%(num)s orders still have something to send and stay.",
            kept,
        )
        messages.warning(request, said % {"num": kept})
    return redirect(back_to(request))


def back_to(request: HttpRequest) -> str:
    """Return the page of orders that the deed was asked from."""
    target = request.POST.get("next") or request.GET.get("next", "")
    is_ours = target.startswith("/dashboard/orders/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_ours else reverse("dashboard_orders")


def _say_count(request: HttpRequest, count: int) -> None:
    if count:
        said = ngettext("%(num)s order changed.", "%(num)s orders changed.", count)
        messages.success(request, said % {"num": count})
    else:
        messages.info(request, _("Nothing had to be changed."))
