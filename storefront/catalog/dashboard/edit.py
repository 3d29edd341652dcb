"""The page of a product: its cards, and one Save for all of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.cards import Card, Parts, ProductState, list_cards
from storefront.catalog.dashboard.status import describe_status
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product
from storefront.catalog.selectors import get_product, list_images, list_variants
from storefront.catalog.services import ProductDraft, VariantDraft, save_product
from tenants.people.permissions import Permission
from tenants.selectors import store_url


class PageForm:
    """The forms of all cards, as one for the summary of errors."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.forms = [card.form for card in cards]

    @property
    def errors(self) -> dict[str, Any]:
        return {name: words for form in self.forms for name, words in form.errors.items()}

    def non_field_errors(self) -> list[str]:
        return [str(words) for form in self.forms for words in form.non_field_errors()]

    def __iter__(self) -> Iterator[BoundField]:
        return (field for form in self.forms for field in form)


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a product and save all that its page holds."""
    state = ProductState(
        product=get_product(pk),
        variants=list_variants(pk),
        images=list_images(pk),
        currency=current_tenant().currency,
    )
    if request.method != "POST":
        return _show(request, state, list_cards(state))
    cards = list_cards(state, request.POST, request.FILES)
    if not PageForm(cards).errors:
        try:
            _save(cards, pk, request.user.get_username())
        except InvalidInput as error:
            if not any(card.place_error(error) for card in cards):
                cards[0].form.add_error(None, str(error))
        else:
            return redirect(f"{reverse('dashboard_product', args=[pk])}?saved=1")
    return _show(request, state, cards, status=422)


def _save(cards: Sequence[Card], pk: int, actor: str) -> None:
    now, parts = utc_now(), Parts()
    for card in cards:
        card.fill(parts)
    draft = ProductDraft(
        **parts.fields,
        variants=[VariantDraft(id=variant_id, **values) for variant_id, values in parts.variants.items()],
    )
    with transaction.atomic():
        save_product(product_id=pk, draft=draft, actor=actor, now=now)
        for card in cards:
            card.save(actor=actor, now=now)


def _show(request: HttpRequest, state: ProductState, cards: Sequence[Card], status: int = 200) -> HttpResponse:
    found = state.product
    context = {
        "form": PageForm(cards),
        "main_cards": [card for card in cards if card.column == "main"],
        "side_cards": [card for card in cards if card.column == "side"],
        "product": found,
        "status": describe_status(found),
        "images": state.images,
        "public_url": store_url(current_tenant(), f"/products/{found.handle}/"),
        "is_live": found.status == ProductStatus.ACTIVE,
        "made": "made" in request.GET and status == 200,
        "saved": "saved" in request.GET and status == 200,
        **_neighbors(found.pk),
        "crumbs": [{"label": _("Products"), "url": reverse("dashboard_products")}],
    }
    return render(request, "catalog/dashboard/edit.html", context, status=status)


def _neighbors(pk: int) -> dict[str, str]:
    """Return the addresses of the products made before and after this one."""
    before = Product.objects.filter(pk__lt=pk).order_by("-pk").values_list("pk", flat=True).first()
    after = Product.objects.filter(pk__gt=pk).order_by("pk").values_list("pk", flat=True).first()
    return {
        name: reverse("dashboard_product", args=[other])
        for name, other in (("before_url", before), ("after_url", after))
        if other is not None
    }
