"""What is done to one draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import NotFound, ShopsteadError
from core.http import HttpRequest
from storefront.drafts.forms import ExtendForm
from storefront.drafts.selectors import get_draft
from storefront.drafts.services import cancel_draft, copy_draft, draft_order, extend_draft, mark_draft_paid, send_link
from storefront.drafts.services.copying import Copied
from storefront.inventory.errors import InsufficientStock
from storefront.orders.selectors import get_order_page
from tenants.people.permissions import Permission
from tenants.selectors import store_url


@needs(Permission.ORDERS_EDIT)
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail the link."""
    try:
        draft = send_link(draft_id=pk, actor=request.user.get_username(), now=utc_now())
    except NotFound:
        raise
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The link goes to %(email)s.") % {"email": draft.email})
    return redirect("dashboard_draft", pk=pk)


@needs(Permission.ORDERS_EDIT)
@require_POST
def mark_paid(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the draft an order whose money is here."""
    known = get_draft(pk)
    if known.order is not None:  # Pressed twice, or paid by the link a moment ago.
        messages.info(request, _("This draft has become an order already."))
        return redirect("dashboard_order", pk=known.order.pk)
    seen = request.POST.get("seen", "")
    try:
        order = mark_draft_paid(
            tenant=request.tenant,
            draft_id=pk,
            way=request.POST.get("way", ""),
            expected_total=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else None,
            base_url=store_url(request.tenant, ""),
            actor=request.user.get_username(),
            now=utc_now(),
        )
    except NotFound:
        raise
    except InsufficientStock:
        messages.error(request, _("There is not enough in stock of what is in this draft. Nothing was changed."))
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Paid. It is order %(number)s now.") % {"number": order.name})
        return redirect("dashboard_order", pk=order.pk)
    return redirect("dashboard_draft", pk=pk)


@needs(Permission.ORDERS_EDIT)
@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the draft for longer, or begin again where its time is over."""
    get_draft(pk)
    form = ExtendForm(request.POST)
    try:
        if form.is_valid():
            days = form.cleaned_data["days"]
            extend_draft(draft_id=pk, days=days, actor=request.user.get_username(), now=utc_now())
            messages.success(request, _("Extended. The link works, at the prices of the draft."))
        else:
            messages.error(request, _("Choose for how long. Nothing was changed."))
    except ShopsteadError as error:
        messages.error(request, str(error))
    return redirect("dashboard_draft", pk=pk)


@needs(Permission.ORDERS_EDIT)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the draft off."""
    get_draft(pk)
    try:
        cancel_draft(draft_id=pk, actor=request.user.get_username(), now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Called off. The link says so to whoever opens it."))
    return redirect("dashboard_draft", pk=pk)


@needs(Permission.ORDERS_EDIT)
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of the same."""
    get_draft(pk)
    try:
        copied = copy_draft(draft_id=pk, actor=request.user.get_username(), now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
        return redirect("dashboard_draft", pk=pk)
    return _lead_to(request, copied)


@needs(Permission.ORDERS_EDIT)
@require_POST
def copy_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of what an order had."""
    order = get_order_page(pk, now=utc_now()).order
    try:
        copied = draft_order(order=order, actor=request.user.get_username(), now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
        return redirect("dashboard_order", pk=pk)
    return _lead_to(request, copied)


def _lead_to(request: HttpRequest, copied: Copied) -> HttpResponse:
    messages.success(request, _("This is a new draft of the same goods, at today’s prices."))
    if copied.left_out:
        titles = pgettext("between the items of a list", ", ").join(copied.left_out[:5])
        messages.warning(request, _("Not to be had any more, and left out: %(titles)s.") % {"titles": titles})
    return redirect("dashboard_draft", pk=copied.draft.pk)
