"""The customer pays for what is added to their order."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.amendments.services import start_payment
from storefront.orders.errors import OrderNotFound
from storefront.orders.selectors import get_order_by_token
from tenants.selectors import store_url


@never_cache
@require_POST
def pay_difference(request: HttpRequest, token: str) -> HttpResponse:
    """Send whoever knows the order's address to the page where what is added is paid."""
    try:
        order = get_order_by_token(token)
    except OrderNotFound as error:
        raise Http404(str(error)) from error
    base_url = store_url(request.tenant, "")
    try:
        return redirect(start_payment(tenant=request.tenant, order_id=order.pk, base_url=base_url, now=utc_now()))
    except (StripeUnavailable, StripeRefused):
        messages.error(
            request, _("The payment service does not answer right now. Nothing was charged. Try again soon.")
        )
    except ShopsteadError as error:
        messages.error(request, str(error))
    return redirect(reverse("order", kwargs={"token": token}) + "#added")


urlpatterns = [path("orders/<str:token>/difference/", pay_difference, name="order_difference")]
