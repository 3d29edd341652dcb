"""What an order is made of: what the shopper asked for, checked against what it comes to now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from storefront.carts.deals import Deal
from storefront.carts.quoting import Buyer, Quote
from storefront.catalog.conversion import convert_back
from storefront.checkout.details import CheckoutDetails, require_address
from storefront.checkout.errors import CartNotBuyable, EmptyCart, NoDelivery, TotalChanged
from storefront.customers.models import Customer
from storefront.orders.models import Order
from storefront.orders.services import Exchange, NewLine, NewOrder
from storefront.payments.selectors import Till, Way
from storefront.payments.services.opening import HOLD
from storefront.pricing.records import discount_records, tax_records
from storefront.shipping.enums import Refusal
from storefront.shipping.rates import Rate
from storefront.taxes.errors import TaxUnavailable
from storefront.taxes.providers import NOT_COUNTED
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Received:
    """Money for an order that somebody at work (`actor`) has seen arrive, and how it came."""

    way: Way
    actor: str


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """What one call of start_checkout was asked, handed from step to step."""

    tenant: Tenant
    cart_token: str
    details: CheckoutDetails
    customer: Customer | None
    language: str
    source: str
    till: Till
    expected_total: int | None
    expected_currency: str
    now: datetime
    deal: Deal | None = None
    received: Received | None = None

    @property
    def actor(self) -> str:
        """Return who makes the order: the shopper by their address, or somebody at work."""
        return self.received.actor if self.received else self.details.email

    @property
    def buyer(self) -> Buyer:
        return Buyer(
            country=self.details.country,
            region=self.details.province,
            customer_id=self.customer.pk if self.customer else None,
            vat_id=self.details.vat_id,
            address=self.details.as_address(),
        )


def check(quote: Quote, request: CheckoutRequest) -> None:
    """Refuse what cannot be bought like this, or is not what the shopper saw.

    Raises: EmptyCart, CartNotBuyable, NoDelivery, DetailsRefused, TotalChanged; TaxUnavailable for an address that no tax
    was counted for.
    """
    if not quote.view.lines:
        raise EmptyCart(_("There is nothing in your cart."))
    if quote.view.problems:
        raise CartNotBuyable(quote.view.problems[0])
    wanted = request.details.shipping_method_id
    if quote.needs_delivery and wanted is not None and quote.rate is not None and quote.rate.method_id != wanted:
        raise NoDelivery(_("This way of delivery is not offered. Choose another one."), field="shipping_method_id")
    if quote.is_sent:
        require_address(request.details)
    if quote.needs_delivery and quote.rate is None:
        reason = quote.refusal or Refusal.NOWHERE
        raise NoDelivery(reason.label, field="province" if reason in (Refusal.REGION, Refusal.PART) else "country")
    if quote.is_tax_open:
        raise TaxUnavailable(NOT_COUNTED)
    if request.expected_currency and request.expected_currency != quote.view.currency:
        raise TotalChanged(
            _("Your total is in %(currency)s now. Nothing was charged. Look at it and go on.")
            % {"currency": quote.view.currency}
        )
    if request.expected_total is not None and request.expected_total != quote.totals.due:
        raise TotalChanged(_("The total has changed since you saw it. Nothing was charged. Look at it and go on."))


def make_order(quote: Quote, request: CheckoutRequest) -> NewOrder:
    """Return the order that a quote comes to, in words and amounts of this moment."""
    rate = quote.rate
    details = request.details if quote.is_sent else request.details.without_address(keeps_phone=quote.needs_delivery)
    return NewOrder(
        email=details.email,
        currency=quote.view.currency,
        exchange=_exchange(quote, request.tenant),
        lines=[
            NewLine(
                variant_id=line.variant_id,
                product_id=line.product_id,
                title=line.own_title,
                unit_amount=priced.unit_amount,
                quantity=line.quantity,
                discount_amount=priced.discount,
                tax_amount=priced.tax,
                taxes=tax_records(priced.taxes),
                variant_title=line.own_variant_title,
                sku=line.sku,
                requires_shipping=line.requires_shipping,
                cover=line.cover,
                is_gift_card=line.is_gift_card,
                presents=[one.as_row() for one in line.presents if one.email],
            )
            for line, priced in zip(quote.view.lines, quote.priced.lines, strict=True)
        ],
        totals=quote.totals,
        discounts=discount_records(quote.priced),
        taxes=tax_records(quote.priced.taxes),
        shipping_taxes=tax_records(quote.priced.shipping_taxes),
        vat_id=details.vat_id if quote.priced.is_reverse_charge else "",
        is_reverse_charge=quote.priced.is_reverse_charge,
        tax_calculation_id=quote.calculation_id,
        shipping_address=details.as_address(),
        cart_token=request.cart_token,
        shipping_method=rate.name if rate else "",
        pickup=_pickup(rate),
        delivery_from_date=rate.from_date if rate else None,
        delivery_to_date=rate.to_date if rate else None,
        language=request.language,
        note=details.note,
        source=request.source,
        expires_at=request.now + HOLD,
        origin=request.deal.origin if request.deal else {},
    )


def _pickup(rate: Rate | None) -> dict[str, Any]:
    """Return where an order is picked up, in words of today; nothing where it is sent."""
    if rate is None or rate.place is None:
        return {}
    return {
        "method_id": rate.method_id,
        "name": rate.name,
        "address": dict(rate.place.address),
        "hours": rate.place.hours,
        "text": rate.text,
        "warehouse_id": rate.place.warehouse_id,
    }


def _exchange(quote: Quote, tenant: Tenant) -> Exchange | None:
    """Return what the order's total is in the store's own currency, or None where it is in that."""
    rate = quote.view.prices.rate
    if rate is None:
        return None
    total = convert_back(quote.totals.total, own=tenant.currency, other=quote.view.currency, rate=rate)
    return Exchange(store_currency=tenant.currency, rate=rate, store_total_amount=total)


def is_same(order: Order, new: NewOrder) -> bool:
    """Tell whether the pending order already says what the shopper asks for now."""
    kept = [(line.variant_id, line.quantity, line.unit_amount, line.presents) for line in order.lines.order_by("pk")]
    return (
        order.email == new.email
        and (order.total_amount, order.credit_amount, order.currency)
        == (new.totals.total, new.totals.credit, new.currency)
        and order.discounts == list(new.discounts)
        and order.shipping_address == new.shipping_address
        and (order.shipping_method, order.pickup) == (new.shipping_method, dict(new.pickup))
        and (order.language, order.note) == (new.language, new.note)
        and kept == [(line.variant_id, line.quantity, line.unit_amount, list(line.presents)) for line in new.lines]
    )
