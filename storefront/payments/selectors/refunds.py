"""What can still be given back of an order, and what is on its way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Order, OrderLine
from storefront.payments.models import Dispute, Payment, PaymentState, Refund, RefundLine, RefundState
from storefront.payments.selectors.attempts import CHECK_AFTER
from storefront.payments.selectors.disputes import HARMLESS
from storefront.pricing.refunding import PaidLine, RefundSum, sum_refund

# How often a provider that works on a refund is asked what became of it, when no event says so.
ASK_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RefundableLine:
    """A line of an order with what it was paid with, and how many of its units are on sale again, by returns and in all."""

    line: OrderLine
    paid: PaidLine
    restocked: int
    restocked_by_returns: int


class Parts(NamedTuple):
    """A sum by where it goes back: money the way it was paid, the rest to gift cards and store credit."""

    money: int
    credit: int


class Share(NamedTuple):
    """So much of a payment, in minor units."""

    payment: Payment
    amount: int


@dataclass(frozen=True, slots=True)
class Refundable:
    """All that a refund of an order is reckoned from; amounts in minor units of its currency.

    `payment` is None for an order that was paid outside: then the merchant gives the money back outside, too. `shares` are
    all payments of the order, the first one first, with what is left of each: what was added to it was paid apart.
    `money_left` and `credit_left` are what is left of what money, and gift cards and store credit, paid.
    """

    order: Order
    payment: Payment | None
    shares: list[Share]
    lines: list[RefundableLine]
    delivery_paid: int
    delivery_left: int
    money_left: int
    credit_left: int

    @property
    def left(self) -> int:
        return self.money_left + self.credit_left

    def split(self, amount: int) -> Parts:
        """Return where a sum of at most `left` goes back: money first, up to what it paid."""
        money = min(amount, self.money_left)
        return Parts(money, amount - money)

    def share(self, money: int) -> list[Share]:
        """Return which payments give so much money back, at most `money_left`: one that has all of it, else the newest first.

        Raises: ValueError for more than the payments have left.
        """
        for one in self.shares:
            if one.amount >= money:
                return [Share(one.payment, money)]
        found = []
        for one in reversed(self.shares):
            part = min(one.amount, money)
            money -= part
            if part:
                found.append(Share(one.payment, part))
        if money:
            raise ValueError("the payments have less left than that")
        return found

    def sum(self, counts: Mapping[int, int], *, delivery: int, adjustment: int) -> RefundSum:
        """Return what giving back so many units of these lines (by key) comes to.

        Raises: ValueError for more units than are left.
        """
        return sum_refund([one.paid for one in self.lines], counts, delivery=delivery, adjustment=adjustment)

    @property
    def everything(self) -> RefundSum:
        """Return what giving back all units and the delivery comes to."""
        counts = {one.paid.key: one.paid.left for one in self.lines}
        return self.sum(counts, delivery=self.delivery_left, adjustment=0)


def list_paid_payments(order: Order) -> list[Payment]:
    """Return the payments that paid the order and what was added to it, oldest first; none where it was paid outside."""
    return list(order.payments.filter(state=PaymentState.PAID).order_by("pk"))


def paid_outside(order: Order, payments: Iterable[Payment]) -> tuple[int, int]:
    """Return what none of these payments, all of the order's, paid of it by money, and how much of that went back."""
    rows = list(payments)
    amount = order.due_amount - sum(one.amount for one in rows)
    gone = order.refunded_amount - order.credit_refunded_amount - sum(one.refunded_amount for one in rows)
    return max(0, amount), max(0, gone)


def get_refundable_order(pk: int) -> Order:
    """Return an order that money may be given back of.

    Raises: OrderNotFound.
    """
    order = Order.objects.filter(pk=pk).first()
    if order is None:
        raise OrderNotFound(_("There is no such order in this store."))
    return order


def get_refundable(order: Order) -> Refundable:
    """Return what can still be given back of an order; five queries."""
    payments = list_paid_payments(order)
    disputed = _disputed(order)
    lines = list(order.lines.order_by("pk"))
    returned, restocked = _count_units(order)
    gone = Refund.objects.filter(payment__order=order, payment__state=PaymentState.PAID).exclude(
        state=RefundState.FAILED
    )
    delivery_gone = gone.aggregate(delivery=Sum("delivery_amount"))["delivery"] or 0
    delivery_paid = paid_for_delivery(order)
    is_paid = order.paid_at is not None
    shares = [Share(one, max(0, one.amount - one.refunded_amount - disputed.get(one.pk, 0))) for one in payments]
    own = next((one for one in payments if one.amendment_id is None), None)
    amount, gone_outside = paid_outside(order, payments) if own is None else (0, 0)
    money_left = sum(one.amount for one in shares) + max(0, amount - gone_outside)
    return Refundable(
        order=order,
        payment=own,
        shares=shares,
        lines=[
            RefundableLine(
                line=line,
                paid=PaidLine(
                    key=line.pk,
                    quantity=line.quantity,
                    paid=paid_for(order, line),
                    returned=min(line.quantity, returned.get(line.pk, 0) + line.exchanged_count),
                ),
                restocked=max(line.restocked_count, restocked.get(line.pk, 0)),
                restocked_by_returns=max(0, line.restocked_count - restocked.get(line.pk, 0)),
            )
            for line in lines
        ],
        delivery_paid=delivery_paid,
        delivery_left=max(0, delivery_paid - delivery_gone),
        money_left=money_left if is_paid else 0,
        credit_left=order.credit_left_amount if is_paid else 0,
    )


def paid_for(order: Order, line: OrderLine) -> int:
    """Return what all units of a line were paid with: their price less discounts, with the tax that was added."""
    return line.total_amount - line.discount_amount + (0 if order.taxes_included else line.tax_amount)


def paid_for_delivery(order: Order) -> int:
    """Return what the delivery was paid with."""
    tax = 0 if order.taxes_included else order.shipping_tax_amount
    return order.shipping_amount - order.shipping_discount_amount + tax


def list_decided(lead: Refund) -> list[Refund]:
    """Return the refunds that were decided at once, the one with lines and credit first."""
    return [lead, *lead.parts.select_related("payment").order_by("pk")]


def list_unsettled_refunds(*, now: datetime, limit: int = 100) -> list[Refund]:
    """Return refunds that were not sent within two minutes, and those the provider has worked on for an hour."""
    unsent = Q(state=RefundState.INTENT, created_at__lt=now - CHECK_AFTER)
    slow = Q(state=RefundState.PENDING, updated_at__lt=now - ASK_AGAIN_AFTER)
    return list(Refund.objects.filter(unsent | slow).order_by("updated_at", "pk")[:limit])


def _disputed(order: Order) -> dict[int, int]:
    """Return what banks have taken back of the order's payments, or are about to, by payment."""
    taken = Dispute.objects.filter(payment__order=order, payment__state=PaymentState.PAID).exclude(status__in=HARMLESS)
    return dict(taken.order_by().values_list("payment_id").annotate(amount=Sum("amount")))


def _count_units(order: Order) -> tuple[dict[int, int], dict[int, int]]:
    """Return how many units of each line were given back, and how many were put back on sale by that, by line."""
    returned: dict[int, int] = {}
    restocked: dict[int, int] = {}
    rows = RefundLine.objects.filter(order_line__order=order).values_list(
        "order_line_id", "quantity", "is_restocked", "refund__state"
    )
    for line_id, quantity, is_restocked, state in rows:
        if state != RefundState.FAILED:
            returned[line_id] = returned.get(line_id, 0) + quantity
        if is_restocked:
            restocked[line_id] = restocked.get(line_id, 0) + quantity
    return returned, restocked
