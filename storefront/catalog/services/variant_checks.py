"""What may stand in a variant's columns, and the sentences for what may not."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from babel import Locale
from django.utils.translation import gettext_lazy as _

from core.money import MAX_AMOUNT
from core.text import one_line
from storefront.catalog.barcodes import WrongCheckDigit, compact_barcode, read_barcode
from storefront.catalog.errors import PriceRefused, VariantRefused
from storefront.catalog.models import ProductVariant
from storefront.catalog.services.products import check_price
from storefront.catalog.units import UNITS, same_kind

SKU_LENGTH, BARCODE_LENGTH = 120, 64
MAXIMUM_GRAMS = 10_000_000
MAXIMUM_MEASURE = Decimal(999_999_999)
_HS_CODE = re.compile(r"^[0-9]{6,13}$", re.ASCII)
_COUNTRY = re.compile(r"^[A-Z]{2}$", re.ASCII)
TERRITORIES = frozenset(Locale.parse("en").territories) - {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def clean_sku(value: Any) -> str:
    text = one_line(str(value or "").strip())
    if len(text) > SKU_LENGTH:
        raise VariantRefused(_("An item number has at most 120 signs."), field="sku")
    return text


def clean_barcode(value: Any) -> str:
    """Return a barcode as it is kept, without the spaces and hyphens it is printed with."""
    text = compact_barcode(one_line(str(value or "").strip()))
    if len(text) > BARCODE_LENGTH:
        raise VariantRefused(_("A barcode has at most 64 signs."), field="barcode")
    try:
        read_barcode(one_line(str(value or "").strip()))
    except WrongCheckDigit as error:
        raise VariantRefused(
            _("One digit of this barcode is wrong: with these digits the last one would be %(digit)s.")
            % {"digit": error.right},
            field="barcode",
        ) from error
    return text


def clean_hs_code(value: Any) -> str:
    text = re.sub(r"[\s.\-]", "", str(value or ""))
    if text and not _HS_CODE.match(text):
        raise VariantRefused(
            _("A customs code (HS) has 6 to 13 digits, such as 6912.00. Leave it empty if you do not know it."),
            field="hs_code",
        )
    return text


def clean_country(value: Any) -> str:
    text = str(value or "").strip().upper()
    if text and not (_COUNTRY.match(text) and text in TERRITORIES):
        raise VariantRefused(_("Choose a country from the list."), field="origin_country")
    return text


def clean_cost(value: Any) -> int | None:
    if value is not None and not 0 <= value <= MAX_AMOUNT:
        raise VariantRefused(_("A cost cannot be below zero."), field="cost")
    return value  # type: ignore[no-any-return]


def clean_weight(value: Any) -> int:
    if not 0 <= value <= MAXIMUM_GRAMS:
        raise VariantRefused(_("A weight is from 0 to 10,000 kg."), field="weight")
    return int(value)


def check_unit_price(variant: ProductVariant) -> None:
    """Check that a unit price has both measures, of one kind, or none of them.

    Raises: VariantRefused.
    """
    measures = (variant.unit_amount, variant.unit, variant.base_amount, variant.base_unit)
    if not any(measures):
        variant.unit_amount = variant.base_amount = None
        return
    if not all(measures) or variant.unit not in UNITS or variant.base_unit not in UNITS:
        raise VariantRefused(
            _("A unit price needs both measures: how much is in it, and per how much the price is said."), field="unit"
        )
    if not same_kind(variant.unit, variant.base_unit):
        raise VariantRefused(
            _("The two measures of a unit price are of one kind, such as ml and l."), field="base_unit"
        )
    for amount in (variant.unit_amount, variant.base_amount):
        if amount is None or not 0 < amount <= MAXIMUM_MEASURE:
            raise VariantRefused(_("A measure is above zero."), field="unit")


def check_gift_card(variant: ProductVariant) -> None:
    """Check that a gift card stays what it is: an amount above nothing that is neither sent, counted, taxed nor reduced.

    Raises: VariantRefused, PriceRefused.
    """
    if not variant.is_gift_card:
        return
    if variant.price_amount < 1:
        raise PriceRefused(_("A gift card is worth something: write an amount above 0."), field="price")
    if variant.compare_at_amount is not None:
        raise PriceRefused(_("A gift card costs what it is worth and is not reduced."), field="compare_at")
    if variant.requires_shipping or variant.is_taxable or variant.tracks_stock:
        raise VariantRefused(_("A gift card is neither sent nor counted nor taxed."))


_CLEANERS: Mapping[str, Callable[[Any], Any]] = {
    "sku": clean_sku,
    "barcode": clean_barcode,
    "hs_code": clean_hs_code,
    "origin_country": clean_country,
    "cost_amount": clean_cost,
    "weight_grams": clean_weight,
}
# What one may change in a variant; its options, title and place have services of their own.
EDITABLE = frozenset(
    {
        *("price_amount", "compare_at_amount", "cost_amount", "sku", "barcode", "weight_grams", "tax_class_id"),
        *("hs_code", "origin_country", "unit_amount", "unit", "base_amount", "base_unit", "image_id"),
        *("requires_shipping", "is_taxable", "tracks_stock", "sells_when_out", "custom_fields", "translations"),
    }
)


def apply_edit(variant: ProductVariant, edit: Mapping[str, Any]) -> set[str]:
    """Set the columns of `edit` on a variant and return the names of those that differ; `quantity` is left to the caller.

    Raises: PriceRefused, VariantRefused.
    """
    changed = set()
    for name, value in edit.items():
        if name == "quantity":
            continue
        if name not in EDITABLE:
            raise ValueError(name)
        clean = _CLEANERS[name](value) if name in _CLEANERS else value
        if getattr(variant, name) != clean:
            setattr(variant, name, clean)
            changed.add(name)
    if changed & {"price_amount", "compare_at_amount"}:
        check_price(variant.price_amount, variant.compare_at_amount)
    if changed & {"unit_amount", "unit", "base_amount", "base_unit"}:
        check_unit_price(variant)
    check_gift_card(variant)
    return changed
