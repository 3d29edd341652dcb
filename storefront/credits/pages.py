"""What a customer has with the store, in their account."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from core.http import HttpRequest
from storefront.credits.selectors import list_credit_entries, list_credits
from storefront.customers.pages import signed_in_only

ROWS = 30


@signed_in_only
@require_GET
def credit(request: HttpRequest) -> HttpResponse:
    """Show the balances and what came and went."""
    customer_id = request.customer.pk
    balances = list_credits(customer_id)
    page = Paginator(list_credit_entries(customer_id), ROWS).get_page(request.GET.get("page"))
    context = {"balances": [one for one in balances if one.balance_amount] or balances[:1], "page": page}
    return render(request, "credits/account.html", context, using="jinja2")


urlpatterns = [path("account/credit/", credit, name="account_credit")]
