"""Money for goods that came back: see the sum on the button, press it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import NotFound, ShopsteadError
from core.http import HttpRequest
from storefront.payments.dashboard.refund import send_and_say
from storefront.payments.selectors import get_refundable
from storefront.returns.dashboard.page import read_sum, show_return
from storefront.returns.forms import ReturnRefundForm
from storefront.returns.selectors import get_return_page
from storefront.returns.services import refund_return
from tenants.people.permissions import Permission


@needs(Permission.REFUNDS_CREATE)
@require_POST
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Add it up again, or give it back."""
    page = get_return_page(pk)
    order = page.found.order
    form = ReturnRefundForm(
        request.POST, currency=order.currency, has_delivery=bool(get_refundable(order).delivery_left)
    )
    if not form.is_valid() or request.POST.get("do") != "refund":
        return show_return(request, page, status=200 if form.is_valid() else 422, refund=form)
    try:
        written = refund_return(
            return_id=pk,
            delivery_amount=form.cleaned_data.get("delivery", 0),
            adjustment_amount=form.cleaned_data["adjustment"],
            expected_amount=read_sum(request.POST.get("seen", "")),
            actor=request.user.get_username(),
            now=utc_now(),
        )
    except NotFound:
        raise
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return show_return(request, get_return_page(pk), status=422, refund=form)
    send_and_say(request, written)
    return redirect("dashboard_return", pk=pk)
