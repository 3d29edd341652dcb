"""The page for a new product."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.dashboard.draft import find_drafts, name_page, read_page
from storefront.catalog.dashboard.merging import Page
from storefront.catalog.forms.new import NewProductForm
from storefront.catalog.models import ProductEditing
from storefront.catalog.services import start_product
from storefront.catalog.services.drafts import close_draft
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for title, price and picture, and make a product of them."""
    currency = current_tenant().currency
    actor = request.user.get_username()
    if request.method != "POST":
        kept, elsewhere = find_drafts(request, None)
        return _show(request, NewProductForm(currency=currency), kept=kept, elsewhere=elsewhere)
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
                actor=actor,
                now=utc_now(),
            )
        except InvalidInput as error:
            names = {"title": "title", "price": "price", "picture": "pictures", "quantity": "quantity"}
            form.add_error(names.get(error.field or ""), str(error))
        else:
            close_draft(page=read_page(request, None), now=utc_now())
            return redirect(f"{reverse('dashboard_product', args=[made.pk])}?made=1")
    return _show(request, form, status=422)


def _show(
    request: HttpRequest,
    form: NewProductForm,
    *,
    status: int = 200,
    kept: ProductEditing | None = None,
    elsewhere: ProductEditing | None = None,
) -> HttpResponse:
    page = Page([NewProductForm(currency=current_tenant().currency) if form.is_bound else form])
    was = page.was()
    restored = page.put_back(kept.typed) if kept is not None else {}
    context = {
        "form": form,
        "was": was,
        **name_page(request, kept),
        "elsewhere": elsewhere,
        "elsewhere_url": request.path,
        "restored_at": kept.typed_at if kept is not None and restored else None,
    }
    return render(request, "catalog/dashboard/new.html", context, status=status)
