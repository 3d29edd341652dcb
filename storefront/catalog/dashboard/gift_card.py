"""The page for a gift card to sell."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.forms.gift_card import NewGiftCardForm
from storefront.catalog.services import start_gift_card
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
@require_http_methods(["GET", "POST"])
def new_gift_card(request: HttpRequest) -> HttpResponse:
    """Ask for title, amounts and picture, and make a gift card that shoppers can buy."""
    currency = current_tenant().currency
    if request.method != "POST":
        return _show(request, NewGiftCardForm(currency=currency, initial={"title": _("Gift card")}))
    form = NewGiftCardForm(request.POST, request.FILES, currency=currency)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = start_gift_card(
                title=data["title"],
                amounts=data["amounts"],
                pictures=data["pictures"],
                status=form.status,
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except InvalidInput as error:
            names = {"title": "title", "price": "amounts", "amounts": "amounts", "picture": "pictures"}
            form.add_error(names.get(error.field or ""), str(error))
        else:
            return redirect(f"{reverse('dashboard_product', args=[made.pk])}?made=1")
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: NewGiftCardForm, *, status: int = 200) -> HttpResponse:
    crumbs = [{"label": _("Products"), "url": reverse("dashboard_products")}]
    return render(request, "catalog/dashboard/gift_card.html", {"form": form, "crumbs": crumbs}, status=status)
