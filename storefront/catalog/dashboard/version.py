"""The page of one version: all that it can hold, for it alone or for all versions of its product."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.cards import Card, Parts, ProductState
from storefront.catalog.dashboard.cards.delivery import DeliveryCard
from storefront.catalog.dashboard.cards.price import PriceCard
from storefront.catalog.dashboard.cards.stock import StockCard
from storefront.catalog.dashboard.cards.version import VersionFieldsCard, VersionPictureCard
from storefront.catalog.dashboard.edit import PageForm
from storefront.catalog.models import ProductVariant
from storefront.catalog.selectors import get_variant, list_images
from storefront.catalog.services import edit_all_variants, edit_variants
from tenants.people.permissions import Permission

# What versions of one product mostly have in common.
SHARED = (
    *("tax_class_id", "unit_amount", "unit", "base_amount", "base_unit"),
    *("requires_shipping", "weight_grams", "hs_code", "origin_country"),
)


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version and save what its page holds."""
    variant = get_variant(pk)
    state = ProductState(
        product=variant.product,
        variants=[variant],
        images=list_images(variant.product_id),
        currency=current_tenant().currency,
    )
    if request.method != "POST":
        return _show(request, state, _list_cards(state))
    cards = _list_cards(state, request.POST)
    if not PageForm(cards).errors:
        try:
            _save(cards, variant, is_for_all="all" in request.POST, actor=request.user.get_username())
        except InvalidInput as error:
            if not any(card.place_error(error) for card in cards):
                cards[0].form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard_product_version", pk)
    return _show(request, state, cards, status=422)


def _list_cards(state: ProductState, data: Any = None) -> list[Card]:
    kinds: list[type[Card]] = [PriceCard] if state.is_gift_card else [PriceCard, StockCard, DeliveryCard]
    cards: list[Card] = [card(state, data) for card in kinds]
    if state.images:
        cards.insert(0, VersionPictureCard(state, data))
    if VersionFieldsCard.shows(state):
        cards.append(VersionFieldsCard(state, data))
    return cards


def _save(cards: list[Card], variant: ProductVariant, *, is_for_all: bool, actor: str) -> None:
    now, parts = utc_now(), Parts()
    for card in cards:
        card.fill(parts)
    edit = parts.variants[variant.pk]
    with transaction.atomic():
        edit_variants(edits={variant.pk: edit}, actor=actor, now=now)
        if is_for_all:
            shared = {name: value for name, value in edit.items() if name in SHARED}
            edit_all_variants(product_id=variant.product_id, edit=shared, actor=actor, now=now)
        for card in cards:
            card.save(actor=actor, now=now)


def _show(request: HttpRequest, state: ProductState, cards: list[Card], status: int = 200) -> HttpResponse:
    product, variant = state.product, state.variants[0]
    siblings = list(product.variants.order_by("position").values_list("pk", "title"))
    context = {
        "form": PageForm(cards),
        "cards": cards,
        "product": product,
        "variant": variant,
        "siblings": siblings if len(siblings) > 1 else [],
        "is_for_all": "all" in request.POST,
        "crumbs": [
            {"label": _("Products"), "url": reverse("dashboard_products")},
            {"label": product.title, "url": reverse("dashboard_product", args=[product.pk])},
        ],
    }
    return render(request, "catalog/dashboard/version.html", context, status=status)
