"""The page of a product's options, from which the table of its versions is made."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.catalog.forms.options import OptionsForm
from storefront.catalog.selectors import get_product, list_variants
from storefront.catalog.services import set_options
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
def options(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a product's options and make its versions of them."""
    product, variants = get_product(pk), list_variants(pk)
    form = OptionsForm(request.POST if request.method == "POST" else None, product=product, variants=variants)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = set_options(
                product_id=pk, options=form.drafts(), actor=request.user.get_username(), now=utc_now()
            )
        except InvalidInput as error:
            form.add_error(None, str(error))
        else:
            said = _("Saved. New versions: %(added)s. Versions that went: %(removed)s.")
            counts = {"added": len(outcome.added), "removed": len(outcome.removed)}
            messages.success(request, said % counts if any(counts.values()) else _("Saved."))
            return redirect(f"{reverse('dashboard_product', args=[pk])}#versions")
    crumbs = [
        {"label": _("Products"), "url": reverse("dashboard_products")},
        {"label": product.title, "url": reverse("dashboard_product", args=[pk])},
    ]
    context = {"form": form, "product": product, "crumbs": crumbs, "variants_count": len(variants)}
    return render(request, "catalog/dashboard/options.html", context, status=422 if form.is_bound else 200)
