"""Read what waits to be added to an order, and what could be."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from core.tenancy import current_tenant
from storefront.catalog.conversion import convert_back
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import ProductVariant
from storefront.orders.enums import AmendmentState, FulfillmentStatus
from storefront.orders.models import Amendment, Order
from storefront.payments.selectors import Sale, Way, get_till

FOUND = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """What waits to be added, and how the customer can pay for it: by card, or as the merchant arranges it."""

    amendment: Amendment
    by_provider: bool
    arranged: list[Way]


def find_waiting(order: Order) -> Amendment | None:
    """Return what waits to be added to an order, or None."""
    return order.amendments.filter(state=AmendmentState.OPEN).first()


def find_offer(order: Order, *, now: datetime) -> Offer | None:
    """Return what the customer is asked to pay for, or None where nothing waits or its time is over."""
    amendment = find_waiting(order)
    if amendment is None or amendment.expires_at <= now:
        return None
    amount = amendment.total_amount
    if order.rate is not None:
        amount = convert_back(amount, own=order.store_currency, other=order.currency, rate=order.rate)
    country = str(order.shipping_address.get("country") or "")
    ways = get_till(current_tenant()).list_ways(Sale(amount, country, is_delivered=not order.pickup))
    return Offer(
        amendment=amendment,
        by_provider=any(not way.is_arranged for way in ways),
        arranged=[way for way in ways if way.is_arranged],
    )


def find_missed(order: Order, *, now: datetime) -> Amendment | None:
    """Return what was to be added last and was not paid in time, or None; of an order of which all was sent, nothing."""
    last = order.amendments.order_by("-pk").first()
    if last is None or order.fulfillment_status == FulfillmentStatus.FULFILLED:
        return None
    is_late = last.state == AmendmentState.OPEN and last.expires_at <= now
    return last if is_late or last.state == AmendmentState.EXPIRED else None


def find_goods(words: str, *, limit: int = FOUND) -> list[ProductVariant]:
    """Return versions of products that are called so, or have this number, with their products and pictures; one query."""
    words = words.strip()
    if not words:
        return []
    called = Q(product__title__icontains=words) | Q(title__icontains=words) | Q(sku__icontains=words) | Q(barcode=words)
    sold = ProductVariant.objects.filter(is_gift_card=False).exclude(product__status=ProductStatus.ARCHIVED)
    return list(sold.filter(called).select_related("product").order_by("product__title", "position", "pk")[:limit])
