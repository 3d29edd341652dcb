"""What is done to one product as a whole: copied, put away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.dashboard.taking_back import offer_undo
from storefront.catalog.selectors import get_product
from storefront.catalog.services import duplicate_product
from storefront.catalog.services.mass import MassChange, change_products, title_of
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft like this product and go to it."""
    product = get_product(pk)
    try:
        copy = duplicate_product(product_id=product.pk, actor=request.user.get_username(), now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
        return redirect("dashboard_product", pk)
    messages.success(request, _("Copied. This is the copy, a draft."))
    return redirect("dashboard_product", copy.pk)


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the product away; the list offers to take it back."""
    wanted = MassChange("archive", {}, current_tenant().currency)
    actor, now = request.user.get_username(), utc_now()
    done = change_products(product_ids=[get_product(pk).pk], change=wanted, actor=actor, now=now)
    if done.change_set_id is not None:
        words = title_of(wanted, done.count)
        offer_undo(request, change_set_id=done.change_set_id, words=words, back=request.path.removesuffix("archive/"))
    return redirect("dashboard_products")
