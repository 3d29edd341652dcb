"""The merchant's page of what a customer has with the store."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.shown import list_currencies
from storefront.credits.forms import CreditForm
from storefront.credits.selectors import list_credit_entries, list_credits, who_moved
from storefront.credits.services import adjust_store_credit
from storefront.customers.models import Customer
from storefront.customers.selectors import get_customer
from tenants.people.permissions import Permission

ROWS = 50


@needs(Permission.CREDITS_VIEW, change=Permission.CREDITS_EDIT)
@require_http_methods(["GET", "POST"])
def credit(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show a customer's credit with its moves; give some, or take some back."""
    customer = get_customer(customer_id)
    balances = list_credits(customer_id)
    currencies = list(dict.fromkeys([*list_currencies(), *(one.currency for one in balances)]))
    form = CreditForm(request.POST if request.method == "POST" else None, currencies=currencies)
    if request.method == "POST" and form.is_valid() and _move(request, form, customer):
        messages.success(request, _("Saved."))
        return redirect("dashboard_customer_credit", customer_id)
    name = customer.name or customer.email
    page = Paginator(list_credit_entries(customer_id), ROWS).get_page(request.GET.get("page"))
    context = {
        "customer": customer,
        "balances": [one for one in balances if one.balance_amount] or balances[:1],
        "page": page,
        "rows": [{"entry": entry, "actor": who_moved(entry)} for entry in page.object_list],
        "form": form,
        "has_currencies": len(currencies) > 1,
        "crumbs": [
            {"label": _("Customers"), "url": reverse("dashboard_customers")},
            {"label": name, "url": reverse("dashboard_customer", args=[customer_id])},
        ],
    }
    return render(request, "credits/customer.html", context, status=422 if form.errors else 200)


def _move(request: HttpRequest, form: CreditForm, customer: Customer) -> bool:
    try:
        adjust_store_credit(
            customer_id=customer.pk,
            currency=form.currency,
            amount=form.signed_amount,
            note=form.cleaned_data["note"],
            actor=request.user.get_username(),
            now=utc_now(),
            key=f"hand:{form.cleaned_data['once']}",
            tell=True,
        )
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


urlpatterns = [path("<int:customer_id>/credit/", credit, name="dashboard_customer_credit")]
