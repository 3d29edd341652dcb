"""What the merchant sees of carts left behind."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from storefront.orders.models import Order
from storefront.orders.selectors import REAL
from storefront.recovery.enums import Outcome
from storefront.recovery.models import AbandonedCart, CartReturn

VIEWS = ("all", "reminded", "recovered", "not_reminded")
# An order so long after the mail is one of its own.
COUNTS_FOR = timedelta(days=14)
PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Figures:
    """The last thirty days: carts left, mails sent, orders after a mail and what they brought in the store's currency."""

    left_count: int
    mailed_count: int
    recovered_count: int
    recovered_amount: int


def list_abandoned(*, view: str, text: str = "") -> QuerySet[Any, Any]:
    """Return the carts of a view, left last first, each with the `order_id` and `order_at` of what its shopper bought after it.

    An order counts for two weeks: of the same customer, or out of a cart that the mail's link has filled.
    """
    rows = _with_orders(AbandonedCart.objects.all())
    if view == "reminded":
        rows = rows.filter(outcome=Outcome.MAILED)
    elif view == "recovered":
        rows = rows.filter(outcome=Outcome.MAILED, order_at__gte=F("mailed_at"))
    elif view == "not_reminded":
        rows = rows.exclude(outcome__in=(Outcome.MAILED, Outcome.WAITING))
    if text:
        rows = rows.filter(Q(email__icontains=text) | Q(customer__name__icontains=text) | Q(title__icontains=text))
    return rows.select_related("customer").order_by("-left_at", "-pk")


def get_figures(*, now: datetime) -> Figures:
    """Return what became of the carts of the last thirty days: two questions."""
    rows = AbandonedCart.objects.filter(left_at__gt=now - PERIOD)
    counts = rows.aggregate(left=Count("pk"), mailed=Count("pk", filter=Q(outcome=Outcome.MAILED)))
    recovered = _with_orders(rows.filter(outcome=Outcome.MAILED)).filter(order_at__gte=F("mailed_at"))
    kept = Coalesce(F("store_total_amount"), F("total_amount"))
    brought = Order.objects.filter(pk__in=recovered.order_by().values("order_id"), paid_at__isnull=False)
    sums = brought.aggregate(count=Count("pk"), amount=Sum(kept))
    return Figures(counts["left"], counts["mailed"], sums["count"], sums["amount"] or 0)


def _with_orders(rows: QuerySet[AbandonedCart]) -> QuerySet[Any, Any]:
    by_link = CartReturn.objects.filter(abandoned=OuterRef(OuterRef("pk")), cart_token=OuterRef("cart_token"))
    after = Order.objects.filter(
        Q(customer=OuterRef("customer")) | Q(cart_token=OuterRef("cart__token")) | Exists(by_link),
        status__in=REAL,
        placed_at__gt=OuterRef("left_at"),
        placed_at__lt=OuterRef("left_at") + COUNTS_FOR,
    ).order_by("placed_at", "pk")
    return rows.annotate(
        order_id=Subquery(after.values("pk")[:1]),
        order_at=Subquery(after.values("placed_at")[:1]),
        order_name=Subquery(after.values("name")[:1]),
    )
