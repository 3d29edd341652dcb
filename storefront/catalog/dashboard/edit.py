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
from storefront.catalog.cards import Card, Parts, ProductState, find_named_products, list_cards
from storefront.catalog.dashboard.draft import find_drafts, name_page, read_page
from storefront.catalog.dashboard.merging import Clash, Page
from storefront.catalog.dashboard.state_of import read_state
from storefront.catalog.dashboard.status import describe_status
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import PictureRefused
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Product, ProductEditing
from storefront.catalog.services import ProductDraft, VariantDraft, save_product, stored_pictures
from storefront.catalog.services.drafts import OpenPage, close_draft
from storefront.catalog.services.pictures import StoredPicture
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
    if request.method == "POST":
        try:
            with stored_pictures(request.FILES.getlist("pictures")) as pictures:
                return _answer_save(request, pk, pictures)
        except PictureRefused as error:
            return _answer_save(request, pk, [], refused=error)
    state = read_state(pk)
    cards = list_cards(state)
    kept, elsewhere = find_drafts(request, pk)
    return _show(request, state, cards, Page(card.form for card in cards), kept=kept, elsewhere=elsewhere)


@transaction.atomic
def _answer_save(
    request: HttpRequest, pk: int, pictures: Sequence[StoredPicture], *, refused: PictureRefused | None = None
) -> HttpResponse:
    """Save the page; nobody else saves it meanwhile. Without its pictures nothing is saved."""
    lock_product(pk, along=lambda: find_named_products(pk, request.POST))
    state = read_state(pk)
    page = Page(card.form for card in list_cards(state))
    sent, clashes = page.merge(request.POST)
    cards = list_cards(state, sent, request.FILES)
    if clashes:
        return _show(request, state, cards, page, status=422, clashes=clashes)
    if not PageForm(cards).errors:
        try:
            if refused is not None:
                raise refused
            _save(cards, pk, pictures, opened=read_page(request, pk))
        except InvalidInput as error:
            if not any(card.place_error(error) for card in cards):
                cards[0].form.add_error(None, str(error))
        else:
            return redirect(f"{reverse('dashboard_product', args=[pk])}?saved=1")
    return _show(request, state, cards, page, status=422)


def _save(cards: Sequence[Card], pk: int, pictures: Sequence[StoredPicture], *, opened: OpenPage) -> None:
    now, parts, actor = utc_now(), Parts(), opened.actor
    for card in cards:
        card.fill(parts)
    draft = ProductDraft(
        **parts.fields,
        pictures=pictures,
        variants=[VariantDraft(id=variant_id, **values) for variant_id, values in parts.variants.items()],
    )
    with transaction.atomic():
        save_product(product_id=pk, draft=draft, actor=actor, now=now)
        for card in cards:
            card.save(actor=actor, now=now)
        close_draft(page=opened, now=now)


def _show(
    request: HttpRequest,
    state: ProductState,
    cards: Sequence[Card],
    page: Page,
    *,
    status: int = 200,
    clashes: Sequence[Clash] = (),
    kept: ProductEditing | None = None,
    elsewhere: ProductEditing | None = None,
) -> HttpResponse:
    found = state.product
    restored = page.put_back(kept.typed) if kept is not None else {}
    context = {
        "was": page.was(restored),
        **name_page(request, kept),
        "elsewhere": elsewhere,
        "elsewhere_url": request.path,
        "clashes": clashes,
        "restored_at": kept.typed_at if kept is not None and restored else None,
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
