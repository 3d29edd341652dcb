"""Back from the payment page."""

import logging

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.clock import utc_now
from core.http import HttpRequest
from integrations.stripe.errors import StripeUnavailable
from storefront.orders.enums import OrderSource
from storefront.payments.models import PaymentState
from storefront.payments.selectors import get_payment_by_session
from storefront.payments.services import settle_payment

logger = logging.getLogger(__name__)


@require_GET
@never_cache
def checkout_return(request: HttpRequest) -> HttpResponse:
    payment = get_payment_by_session(request.GET.get("session_id", "").replace("\x00", "")[:200])
    try:
        payment = settle_payment(payment_id=payment.pk, actor="shopper", now=utc_now())
    except StripeUnavailable as error:
        logger.warning("payment %s is settled later: %s", payment.pk, error)
        return redirect("order", token=payment.order.token)
    if payment.amendment_id is None and payment.state in (PaymentState.EXPIRED, PaymentState.INTENT):
        is_draft = payment.order.source == OrderSource.STAFF
        return redirect("draft_of_order", token=payment.order.token) if is_draft else redirect("checkout")
    return redirect("order", token=payment.order.token)


urlpatterns = [path("checkout/return/", checkout_return, name="checkout_return")]
