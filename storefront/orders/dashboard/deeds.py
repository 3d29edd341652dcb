"""What is done to one order besides sending it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import NotFound, ShopsteadError
from core.http import HttpRequest
from core.notes import answer_keep, answer_note
from storefront.orders.enums import PaymentStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.forms import CancelForm, HoldForm
from storefront.orders.models import Order
from storefront.orders.selectors import get_order_page
from storefront.orders.services import (
    add_note,
    archive_orders,
    ask_confirmation_again,
    cancel_order,
    hold_order,
    receive_money,
    release_hold,
    set_tags,
    write_staff_note,
)
from tenants.people.permissions import Permission

_HAS_MONEY = (PaymentStatus.PAID, PaymentStatus.PARTLY_REFUNDED)


@needs(Permission.ORDERS_NOTE)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a line into the order's timeline."""
    actor, now = request.user.get_username(), utc_now()
    return answer_note(
        request,
        write=lambda text: add_note(order_id=pk, text=text, actor=actor, now=now),
        back=reverse("dashboard_order", args=[pk]),
    )


@needs(Permission.ORDERS_NOTE)
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the order's note and tags."""
    actor, now = request.user.get_username(), utc_now()

    def write(note: str, tags: str) -> None:
        set_tags(order_id=pk, text=tags, actor=actor, now=now)
        write_staff_note(order_id=pk, text=note, actor=actor, now=now)

    return answer_keep(request, write=write, back=reverse("dashboard_order", args=[pk]))


@needs(Permission.ORDERS_FULFILL)
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the order from being sent, or let it go."""
    actor, now = request.user.get_username(), utc_now()
    try:
        if "release" in request.POST:
            release_hold(order_id=pk, actor=actor, now=now)
        else:
            form = HoldForm(request.POST)
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            hold_order(order_id=pk, reason=reason, actor=actor, now=now)
    except NotFound:
        raise
    except ShopsteadError as error:
        messages.error(request, str(error))
    return redirect("dashboard_order", pk=pk)


@needs(Permission.ORDERS_NOTE)
@require_POST
def archive_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one order away, or bring it back."""
    is_archived = "bring_back" not in request.POST
    get_order_page(pk, now=utc_now())
    count, _kept = archive_orders(
        order_ids=[pk], is_archived=is_archived, actor=request.user.get_username(), now=utc_now()
    )
    if not count:
        messages.warning(request, _("Nothing had to be changed."))
    elif is_archived:
        messages.success(request, _("Put away. It is found under Archived."))
    else:
        messages.success(request, _("It is among the open orders again."))
    return redirect("dashboard_order", pk=pk)


@needs(Permission.ORDERS_NOTE)
@require_POST
def confirm_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the shopper the confirmation once more."""
    try:
        order = ask_confirmation_again(order_id=pk, actor=request.user.get_username(), now=utc_now())
    except NotFound:
        raise
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The confirmation goes to %(email)s once more.") % {"email": order.email})
    return redirect("dashboard_order", pk=pk)


@needs(Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why an order is called off and what happens to goods and money; then do it."""
    order = get_order_page(pk, now=utc_now()).order
    has_money = order.payment_status in _HAS_MONEY and Permission.REFUNDS_CREATE in request.permissions
    is_sent = request.method == "POST"
    form = CancelForm(request.POST if is_sent else None, has_money=has_money, has_email=bool(order.email))
    if is_sent and form.is_valid():
        given = form.cleaned_data
        try:
            cancel_order(
                order_id=pk,
                reason=given["words"] or f"reason:{given['reason']}",
                restock=given["restock"],
                refund=given.get("refund", False),
                notify=given.get("notify", False),
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except ShopsteadError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _said(order, given))
        return redirect("dashboard_order", pk=pk)
    crumbs = [
        {"url": reverse("dashboard_orders"), "label": _("Orders")},
        {"url": reverse("dashboard_order", args=[pk]), "label": order.name},
    ]
    left = order.total_amount - order.refunded_amount
    context = {
        "order": order,
        "form": form,
        "crumbs": crumbs,
        "left": left,
        "credit_left": order.credit_left_amount,
        "has_money": has_money,
    }
    return render(request, "orders/dashboard/cancel.html", context, status=422 if is_sent else 200)


@needs(Permission.ORDERS_EDIT)
@require_POST
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the money for an order with an arranged payment is here."""
    try:
        receive_money(order_id=pk, actor=request.user.get_username(), now=utc_now())
    except OrderStateRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Marked as paid."))
    return redirect("dashboard_order", pk=pk)


def _said(order: Order, given: dict[str, object]) -> str:
    if given.get("refund"):
        return _("%(number)s is canceled, and the money goes back.") % {"number": order.name}
    return _("%(number)s is canceled.") % {"number": order.name}
