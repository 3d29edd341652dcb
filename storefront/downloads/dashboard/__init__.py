"""The merchant's side of files that are sold: on the product, and on the order."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from storefront.downloads.services import reset_downloads, revoke_order
from tenants.people.permissions import Permission


@needs(Permission.ORDERS_EDIT)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an order's files anew with their whole time and number, or close them."""
    if request.POST.get("do") == "close":
        revoke_order(order_id=pk, now=utc_now())
        messages.success(request, _("The links are closed."))
    else:
        count = reset_downloads(order_id=pk, now=utc_now())
        words = ngettext(
            "Opened %(num)s file anew and told the customer.", "Opened %(num)s files anew and told the customer.", count
        )
        messages.success(request, words % {"num": count})
    return redirect("dashboard_order", pk)


urlpatterns = [path("<int:pk>/downloads/", change, name="dashboard_order_downloads")]
