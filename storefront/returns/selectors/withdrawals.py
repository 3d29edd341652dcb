"""Who may withdraw, until when, and who did."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from core.tenancy import current_tenant
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.models import Order
from storefront.returns.enums import CHINA, EEA, Offer
from storefront.returns.models import Withdrawal, WithdrawalTerms

USUAL_DAYS, DAYS_IN_CHINA = 14, 7
# Where nobody wrote down that a parcel has arrived, it had this long to.
ON_ITS_WAY = timedelta(days=14)


def get_terms() -> WithdrawalTerms:
    """Return to whom withdrawing is offered; a store that said nothing offers it where the law asks for it."""
    return WithdrawalTerms.objects.filter(pk=1).first() or WithdrawalTerms()


def count_days(terms: WithdrawalTerms, country: str) -> int:
    """Return how many days a buyer in this country has."""
    return terms.days or (DAYS_IN_CHINA if country == CHINA else USUAL_DAYS)


def is_offered_in(terms: WithdrawalTerms, *countries: str) -> bool:
    """Tell whether shoppers of any of these countries are offered to withdraw."""
    if terms.offer != Offer.BY_LAW:
        return terms.offer == Offer.ALWAYS
    return any(country == CHINA or country in EEA for country in countries)


def find_withdrawal_end(order: Order, *, now: datetime) -> datetime | None:
    """Return until when the order's buyer may withdraw from it, or None where it is not offered or over.

    The days begin when the last parcel has arrived; files that were opened cannot be given back.
    """
    terms, country = get_terms(), str(order.shipping_address.get("country") or "")
    if order.status != OrderStatus.OPEN or not country:
        return None
    if not is_offered_in(terms, country, current_tenant().country) or order.withdrawals.exists():
        return None
    end = find_arrival(order, now=now) + timedelta(days=count_days(terms, country))
    return end if end > now else None


def find_arrival(order: Order, *, now: datetime) -> datetime:
    """Return when the last parcel of an order arrived or is likely to have, or `now` while something is to be sent."""
    if order.fulfillment_status != FulfillmentStatus.FULFILLED:
        return now
    parcels = order.fulfillments.filter(is_digital=False).values_list("delivered_at", "created_at")
    return max((arrived or sent + ON_ITS_WAY for arrived, sent in parcels), default=order.placed_at + ON_ITS_WAY)


def list_withdrawals() -> QuerySet[Withdrawal]:
    """Return the store's withdrawals: those that wait first, each of these the newest first."""
    return Withdrawal.objects.select_related("order").order_by(
        F("done_at").asc(nulls_first=True), "-declared_at", "-pk"
    )
