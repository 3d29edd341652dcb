"""What goods come to that are added to an order: at today's prices, or at the order's own for more of the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront.catalog.models import ProductVariant
from storefront.catalog.shown import find_prices, price_variants
from storefront.orders.errors import AmendmentRefused
from storefront.orders.models import Order, OrderLine
from storefront.orders.services import add_taxes
from storefront.pricing.basket import Basket, BasketLine, Taxing, TaxTable
from storefront.pricing.quote import Quote, price_basket
from storefront.pricing.records import tax_records
from storefront.pricing.taxes import TaxShare
from storefront.taxes.selectors import find_tax_terms, line_class

MOST_UNITS = 9999
MOST_LINES = 100
TAXED_ELSEWHERE = gettext_lazy(
    "Stripe counts the taxes of an order once, for all of it. Make another order for what is to be added."
)


@dataclass(frozen=True, slots=True)
class Additions:
    """What is to be added: units of variants, more units of lines of the order, and something for delivery besides.

    `delivery_amount` is in minor units of the order's currency, before tax that is added; by `is_free` the customer owes
    nothing for any of it.
    """

    variants: Mapping[int, int] = field(default_factory=dict)
    lines: Mapping[int, int] = field(default_factory=dict)
    delivery_amount: int = 0
    is_free: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.variants and not self.lines


@dataclass(frozen=True, slots=True)
class Addition:
    """What additions come to, as the columns of an `Amendment`."""

    lines: list[dict[str, Any]]
    sums: dict[str, Any]

    @property
    def total(self) -> int:
        return int(self.sums["total_amount"])


@dataclass(frozen=True, slots=True)
class _Piece:
    """Units of a variant at a price."""

    variant: ProductVariant
    unit_amount: int
    quantity: int


def price_additions(order: Order, asked: Additions) -> Addition:
    """Return what additions to an order come to where it goes, with the taxes of today.

    Raises: AmendmentRefused for goods that are not there any more, too many, or taxes that cannot be added to the order's.
    """
    fresh, more = _fresh(order, asked.variants), _more(order, asked.lines)
    pieces = [*fresh, *more]
    if len(pieces) > MOST_LINES or any(not 0 < piece.quantity <= MOST_UNITS for piece in pieces):
        raise AmendmentRefused(gettext_lazy("So many cannot be added at once."))
    if asked.is_free:
        return _give(order, pieces)
    table = _find_taxes(order)
    # What an order's own line costs is without a tax that its buyer does not pay already.
    kept = replace(table, taxing=Taxing.NONE) if table.taxing is Taxing.REMOVED else table
    quotes = [_quote(order, fresh, table, asked.delivery_amount), _quote(order, more, kept, None)]
    tax = sum(quote.totals.tax for quote in quotes)
    taxes_included = quotes[0].totals.taxes_included if tax else order.taxes_included
    if tax and (order.is_reverse_charge or (order.tax_amount and taxes_included != order.taxes_included)):
        raise AmendmentRefused(
            gettext_lazy("Taxes are counted otherwise today than when this was ordered. Make another order for it.")
        )
    priced = [line for quote in quotes for line in quote.lines]
    sums = {
        name: sum(getattr(quote.totals, name) for quote in quotes)
        for name in ("subtotal", "shipping", "tax", "shipping_tax", "total")
    }
    return Addition(
        lines=[
            _line(piece, line.unit_amount, discount=0, tax=line.tax, taxes=line.taxes)
            for piece, line in zip(pieces, priced, strict=True)
        ],
        sums={
            **{f"{name}_amount": amount for name, amount in sums.items()},
            "discount_amount": 0,
            "taxes_included": taxes_included,
            "taxes": add_taxes(tax_records(quotes[0].taxes), tax_records(quotes[1].taxes)),
            "shipping_taxes": tax_records(quotes[0].shipping_taxes),
            "discounts": [],
        },
    )


def _fresh(order: Order, wanted: Mapping[int, int]) -> list[_Piece]:
    """Return goods at today's prices in the order's currency."""
    found = {
        one.pk: one
        for one in ProductVariant.objects.filter(pk__in=wanted, is_gift_card=False).select_related("product", "image")
    }
    if set(wanted) - set(found):
        raise AmendmentRefused(gettext_lazy("Something of it is not in the store any more. Nothing was changed."))
    prices = find_prices(order.currency)
    if wanted and prices.currency != order.currency:
        raise AmendmentRefused(
            gettext_lazy("The store has no prices in this order’s currency any more, so nothing can be added to it.")
        )
    known = price_variants({pk: (one.price_amount, None) for pk, one in found.items()}, prices)
    return [_Piece(found[pk], known[pk][0], count) for pk, count in sorted(wanted.items())]


def _more(order: Order, wanted: Mapping[int, int]) -> list[_Piece]:
    """Return more of the order's own goods, at the prices that they were ordered at."""
    rows: list[OrderLine] = list(
        order.lines.filter(pk__in=wanted).select_related("variant__product", "variant__image").order_by("pk")
    )
    if len(rows) != len(wanted) or any(row.variant is None or row.is_gift_card for row in rows):
        raise AmendmentRefused(gettext_lazy("Something of it is not in the store any more. Nothing was changed."))
    return [_Piece(row.variant, row.unit_amount, wanted[row.pk]) for row in rows if row.variant is not None]


def _find_taxes(order: Order) -> TaxTable:
    place = order.pickup.get("address") or {} if order.pickup else order.shipping_address
    terms = find_tax_terms(
        country=str(place.get("country") or ""),
        province=str(place.get("province") or ""),
        vat_id="" if order.pickup else order.vat_id,
    )
    if terms.service is not None:
        raise AmendmentRefused(TAXED_ELSEWHERE)
    return terms.table


def _quote(order: Order, pieces: Sequence[_Piece], table: TaxTable, delivery_amount: int | None) -> Quote:
    lines = tuple(
        BasketLine(
            key=place,
            unit_amount=piece.unit_amount,
            quantity=piece.quantity,
            product_id=piece.variant.product_id,
            tax_class=line_class(is_taxable=piece.variant.is_taxable, tax_class_id=piece.variant.tax_class_id),
            requires_shipping=piece.variant.requires_shipping,
        )
        for place, piece in enumerate(pieces)
    )
    return price_basket(Basket(currency=order.currency, lines=lines, delivery_amount=delivery_amount, taxes=table))


def _give(order: Order, pieces: Sequence[_Piece]) -> Addition:
    """Return goods that cost what they cost, all of it taken off."""
    worth = sum(piece.unit_amount * piece.quantity for piece in pieces)
    with translation.override(order.language):
        title = _("On the house")
    record = {"promotion_id": None, "title": title, "code": "", "amount": worth, "shipping_amount": 0}
    return Addition(
        lines=[_line(one, one.unit_amount, discount=one.unit_amount * one.quantity, tax=0, taxes=()) for one in pieces],
        sums={
            "subtotal_amount": worth,
            "discount_amount": worth,
            "shipping_amount": 0,
            "tax_amount": 0,
            "shipping_tax_amount": 0,
            "total_amount": 0,
            "taxes_included": order.taxes_included,
            "taxes": [],
            "shipping_taxes": [],
            "discounts": [record] if worth else [],
        },
    )


def _line(piece: _Piece, unit_amount: int, *, discount: int, tax: int, taxes: Sequence[TaxShare]) -> dict[str, Any]:
    variant, image = piece.variant, piece.variant.image
    own = {"path": image.path, "width": image.width, "height": image.height, "alt": image.alt} if image else {}
    is_picture = image is not None and image.path and image.kind == "image"
    return {
        "variant_id": variant.pk,
        "product_id": variant.product_id,
        "title": variant.product.title,
        "variant_title": variant.title,
        "sku": variant.sku or "",
        "unit_amount": unit_amount,
        "quantity": piece.quantity,
        "discount_amount": discount,
        "tax_amount": tax,
        "taxes": tax_records(taxes),
        "requires_shipping": variant.requires_shipping,
        "cover": {**own, "formats": image.formats} if image is not None and is_picture else variant.product.cover,
    }
