"""One Save of the merchant's product page: everything on it, or nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import PictureRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.catalog.services.media import (
    MAXIMUM_PICTURES,
    attach_pictures,
    describe_image,
    move_image,
    remove_image,
)
from storefront.catalog.services.pictures import StoredPicture, clear_picture, keep_upload
from storefront.catalog.services.products import Keep, create_product, update_product
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.variant_edits import edit_variants
from storefront.catalog.services.variants import add_variant, ask_for_stock, remove_variant


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A version as the page has it: what is not named stays; `quantity` is None where nothing was typed.

    Amounts are minor units, weights grams.
    """

    id: int
    price_amount: int | Keep = Keep.KEEP
    compare_at_amount: int | Keep | None = Keep.KEEP
    cost_amount: int | Keep | None = Keep.KEEP
    sku: str | Keep = Keep.KEEP
    barcode: str | Keep = Keep.KEEP
    quantity: int | None = None
    tracks_stock: bool | Keep = Keep.KEEP
    sells_when_out: bool | Keep = Keep.KEEP
    requires_shipping: bool | Keep = Keep.KEEP
    is_taxable: bool | Keep = Keep.KEEP
    weight_grams: int | Keep = Keep.KEEP
    tax_class_id: int | Keep | None = Keep.KEEP
    hs_code: str | Keep = Keep.KEEP
    origin_country: str | Keep = Keep.KEEP
    unit_amount: Decimal | Keep | None = Keep.KEEP
    unit: str | Keep = Keep.KEEP
    base_amount: Decimal | Keep | None = Keep.KEEP
    base_unit: str | Keep = Keep.KEEP
    image_id: int | Keep | None = Keep.KEEP
    is_removed: bool = False

    def edit(self) -> dict[str, Any]:
        """Return what is named, as `edit_variants` takes it."""
        named = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in ("id", "is_removed")}
        return {name: value for name, value in named.items() if not isinstance(value, Keep)}


@dataclass(frozen=True, slots=True)
class NewVariant:
    """A version to add."""

    option_names: Sequence[str]
    option_values: Sequence[str]
    price_amount: int
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product as the page has it; `alts` by picture id, `order` is a picture id and -1, 1 or 0 for taking it away."""

    title: str
    description_html: str
    status: str
    handle: str
    vendor: str = ""
    product_type: str = ""
    tags: Sequence[str] = ()
    seo_title: str = ""
    seo_description: str = ""
    variants: Sequence[VariantDraft] = ()
    added: NewVariant | None = None
    alts: dict[int, str] = field(default_factory=dict)
    order: tuple[int, int] | None = None
    pictures: Sequence[StoredPicture] = ()
    published_at: datetime | None = None
    category_id: int | Keep | None = Keep.KEEP


def start_product(
    *,
    title: str,
    price_amount: int,
    quantity: int | None,
    pictures: Sequence[IO[bytes]],
    status: str,
    actor: str,
    now: datetime,
    description_html: str = "",
) -> Product:
    """Make a product with its pictures and stock at once; without a quantity its stock is not counted.

    A bad picture stops all of it.

    Raises: InvalidInput, PriceRefused, PictureRefused, VariantRefused.
    """
    stored = _store_pictures(pictures)
    try:
        with transaction.atomic():
            product = create_product(
                title=title,
                price_amount=price_amount,
                description_html=description_html,
                status=ProductStatus(status),
                actor=actor,
                now=now,
            )
            attach_pictures(product, stored)
            variant = ProductVariant.objects.get(product=product)
            if quantity is None:
                edit_variants(edits={variant.pk: {"tracks_stock": False}}, actor=actor, now=now)
            _keep_stock(variant.pk, quantity, actor, now)
            refresh_product_summary([product.pk])
    except Exception:
        _forget(stored)
        raise
    product.refresh_from_db()
    return product


def save_product(*, product_id: int, draft: ProductDraft, actor: str, now: datetime) -> Product:
    """Write everything the product's page holds, in one transaction; its pictures come from `stored_pictures`.

    Raises: ProductNotFound, InvalidInput, HandleTaken, PriceRefused, VariantRefused, PictureRefused; nothing is done.
    """
    with transaction.atomic():
        product = lock_product(product_id)
        update_product(
            product_id=product_id,
            title=draft.title,
            description_html=draft.description_html,
            status=draft.status,
            handle=draft.handle,
            vendor=draft.vendor,
            product_type=draft.product_type,
            tags=draft.tags,
            seo_title=draft.seo_title,
            seo_description=draft.seo_description,
            published_at=draft.published_at,
            category_id=draft.category_id,
            actor=actor,
            now=now,
        )
        _save_variants(product_id, draft.variants, actor, now)
        if draft.added is not None:
            _add(product_id, draft.added, actor, now)
        _arrange(product_id, draft)
        attach_pictures(product, draft.pictures)
        refresh_product_summary([product_id])
        publish(ProductChanged((product_id,)))
    product.refresh_from_db()
    return product


@contextmanager
def stored_pictures(files: Sequence[IO[bytes]]) -> Iterator[list[StoredPicture]]:
    """Keep pictures before anything is held for them, since that takes seconds; those that no product shows then go again.

    Raises: PictureRefused, StorageFull; nothing is stored then.
    """
    stored = _store_pictures(files)
    try:
        yield stored
    finally:
        shown = set(ProductImage.objects.filter(path__in=[one.path for one in stored]).values_list("path", flat=True))
        _forget([one for one in stored if one.path not in shown])


def _save_variants(product_id: int, drafts: Sequence[VariantDraft], actor: str, now: datetime) -> None:
    own = set(ProductVariant.objects.filter(product_id=product_id).values_list("pk", flat=True))
    mine = [draft for draft in drafts if draft.id in own]
    edits = {draft.id: draft.edit() for draft in mine if not draft.is_removed}
    if edits:
        edit_variants(edits=edits, actor=actor, now=now)
    for draft in mine:
        if draft.is_removed:
            remove_variant(variant_id=draft.id, actor=actor, now=now)


def _add(product_id: int, added: NewVariant, actor: str, now: datetime) -> None:
    row = add_variant(
        product_id=product_id,
        option_names=added.option_names,
        option_values=added.option_values,
        price_amount=added.price_amount,
        actor=actor,
        now=now,
    )
    _keep_stock(row.pk, added.quantity, actor, now)


def _keep_stock(variant_id: int, quantity: int | None, actor: str, now: datetime) -> None:
    if quantity is not None:
        ask_for_stock(variant_id=variant_id, quantity=quantity, actor=actor, now=now)


def _arrange(product_id: int, draft: ProductDraft) -> None:
    own = dict(ProductImage.objects.filter(product_id=product_id).values_list("pk", "alt"))
    for image_id, alt in draft.alts.items():
        if image_id in own and own[image_id] != alt.strip():
            describe_image(image_id=image_id, alt=alt)
    if draft.order is not None and draft.order[0] in own:
        image_id, by = draft.order
        if by:
            move_image(image_id=image_id, by=by)
        else:
            remove_image(image_id=image_id)


def _store_pictures(files: Sequence[IO[bytes]]) -> list[StoredPicture]:
    if len(files) > MAXIMUM_PICTURES:
        raise PictureRefused(_("A product has at most 20 pictures."), field="picture")
    stored: list[StoredPicture] = []
    try:
        for file in files:
            stored.append(keep_upload(file))  # noqa: PERF401  what is stored has to be known when the next one fails
    except Exception:
        _forget(stored)
        raise
    return stored


def _forget(stored: Sequence[StoredPicture]) -> None:
    for one in stored:
        clear_picture(one.path)
