"""How a basket may be paid."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storefront.carts.quoting import Quote
from storefront.catalog.conversion import convert_back
from storefront.checkout.errors import CheckoutClosed, WayToPayRefused
from storefront.payments.errors import PaymentsNotReady
from storefront.payments.selectors import Sale, Till, Way, make_till
from tenants.models import Tenant
from tenants.selectors import find_seller


def check_open(*, tenant: Tenant, now: datetime, needs_way: bool = True) -> Till:
    """Return what the store takes money by; two queries.

    Raises: CheckoutClosed when the plan does not let the store sell, PaymentsNotReady when nothing takes money that is needed.
    """
    seller = find_seller(tenant=tenant, now=now)
    if not seller.is_open:
        raise CheckoutClosed(_("This store is not taking orders right now. Nothing was charged and your cart is kept."))
    till = make_till(seller.account_id)
    if needs_way and not till.is_open:
        raise PaymentsNotReady(
            _("This store cannot take payments yet. Nothing was charged and your cart is kept. Please come back later.")
        )
    return till


def list_ways(till: Till, quote: Quote, *, country: str, tenant: Tenant) -> list[Way]:
    """Return what a basket that goes to a country (ISO 3166-1 alpha-2) can be paid by; nothing where nothing is left to pay."""
    return till.list_ways(_sale(quote, country, tenant)) if quote.totals.due else []


def list_open_ways(quote: Quote, *, country: str, tenant: Tenant, now: datetime) -> list[Way]:
    """Return what a basket can be paid by now; nothing while the store takes no orders. Two queries."""
    if not quote.totals.due:
        return []
    try:
        till = check_open(tenant=tenant, now=now)
    except (CheckoutClosed, PaymentsNotReady):
        return []
    return list_ways(till, quote, country=country, tenant=tenant)


def choose_way(till: Till, quote: Quote, *, kind: str, country: str, tenant: Tenant) -> Way | None:
    """Return the way to pay that was asked for, None where nothing is left to pay.

    Raises: WayToPayRefused.
    """
    if quote.totals.due == 0:
        return None
    way = till.find_way(kind, _sale(quote, country, tenant))
    if way is None:
        raise WayToPayRefused(
            _("This order cannot be paid like that. Choose another way. Nothing was charged."), field="payment_method"
        )
    return way


def _sale(quote: Quote, country: str, tenant: Tenant) -> Sale:
    view, amount = quote.view, quote.totals.total
    if view.prices.rate is not None:
        amount = convert_back(amount, own=tenant.currency, other=view.currency, rate=view.prices.rate)
    if quote.rate is not None and quote.rate.place is not None:
        country = quote.rate.place.address.get("country") or tenant.country
    is_picked_up = quote.needs_delivery and not quote.is_sent
    return Sale(own_amount=amount, country=country, is_delivered=quote.is_sent, is_picked_up=is_picked_up)
