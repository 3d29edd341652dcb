"""The page for a new product."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.forms.new import NewProductForm
from storefront.catalog.services import start_product
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for title, price and picture, and make a product of them."""
    currency = current_tenant().currency
    if request.method != "POST":
        return render(request, "catalog/dashboard/new.html", {"form": NewProductForm(currency=currency)})
    form = NewProductForm(request.POST, request.FILES, currency=currency)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = start_product(
                title=data["title"],
                price_amount=data["price"],
                quantity=data["quantity"],
                description_html=data["description"],
                pictures=data["pictures"],
                status=form.status,
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except InvalidInput as error:
            names = {"title": "title", "price": "price", "picture": "pictures", "quantity": "quantity"}
            form.add_error(names.get(error.field or ""), str(error))
        else:
            return redirect(f"{reverse('dashboard_product', args=[made.pk])}?made=1")
    return render(request, "catalog/dashboard/new.html", {"form": form}, status=422)
