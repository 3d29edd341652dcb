"""Add goods to a placed order, or take units out of one that nobody has paid yet."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.outbox.services import enqueue
from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.amendments.errors import AmendmentChanged, AmendmentGone
from storefront.documents.selectors import find_invoice
from storefront.inventory.locks import lock_ordered_stock
from storefront.inventory.services import put_back, release, reserve
from storefront.orders.additions import TAXED_ELSEWHERE, Addition, Additions, price_additions
from storefront.orders.bulk import add_sold
from storefront.orders.enums import AmendmentState, FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.errors import AmendmentRefused
from storefront.orders.locks import lock_amendment, lock_order
from storefront.orders.models import Amendment, Order
from storefront.orders.services import note_event, shrink_lines
from storefront.payments.models import Payment
from storefront.payments.selectors import OPEN_STATES, STRIPE
from storefront.payments.services import close_payment, follow_due, join_order, take_added

# How long the goods are held for a customer who owes the difference.
HOLD = timedelta(days=3)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AmendmentRequest:
    """What a merchant changes: what is added, and for an unpaid order how many units of a line (by id) are to stay.

    `expected_amount` is by how much the total changes as it was on the button; `token` is the form's own, so that sent
    twice it is one change.
    """

    additions: Additions
    token: str
    kept: Mapping[int, int] = field(default_factory=dict)
    expected_amount: int | None = None


@dataclass(frozen=True, slots=True)
class Amended:
    """The order, by how much its total changed or will, and whether the customer has to pay that first."""

    order: Order
    amount: int
    is_waiting: bool


def why_not_amended(order: Order) -> str:
    """Return why nothing can be added to an order, or nothing where it can; two queries at most."""
    if order.status != OrderStatus.OPEN or order.fulfillment_status == FulfillmentStatus.FULFILLED:
        return str(_("This order was sent or canceled. Make another one for what is to be added."))
    if order.payment_status == PaymentStatus.REFUNDED:
        return str(_("All of this order was given back. Make another one for what is to be added."))
    if find_invoice(order) is not None:
        return str(
            _("An invoice was issued for this order, so its sums stay. Make another one for what is to be added.")
        )
    if order.tax_calculation_id:
        return str(TAXED_ELSEWHERE)
    return ""


def amend_order(*, order_id: int, asked: AmendmentRequest, actor: str, now: datetime) -> Amended:
    """Change what a placed order holds.

    What costs nothing more, and what is added to an order that nobody has paid yet, is in the order at once. Else its goods
    are held, the customer gets a mail with a link to pay the difference, and then it joins the order. The same form again
    changes nothing.
    Raises: OrderNotFound; AmendmentRefused; OrderStateRefused; InsufficientStock; AmendmentChanged when it comes to another
    sum than the merchant saw.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        known = Amendment.objects.filter(token=asked.token, order=order).first()
        if known is not None:
            return Amended(order, known.total_amount, known.state == AmendmentState.OPEN)
        refusal = why_not_amended(order)
        if refusal:
            raise AmendmentRefused(refusal)
        if order.amendments.filter(state=AmendmentState.OPEN).exists():
            raise AmendmentRefused(_("Goods wait to be added already. Call that off first."))
        if asked.additions.is_empty and not asked.kept:
            raise AmendmentRefused(_("Choose what is to be changed first."))
        before = order.total_amount
        _hold_goods(order, asked)
        _take_out(order, asked.kept, actor=actor, now=now)
        addition = None if asked.additions.is_empty else price_additions(order, asked.additions)
        amount = order.total_amount - before + (addition.total if addition else 0)
        if asked.expected_amount is not None and asked.expected_amount != amount:
            raise AmendmentChanged(_("It comes to another sum now. Nothing was changed. Look at it and save again."))
        is_waiting = addition is not None and _add(order, addition, asked.token, actor=actor, now=now)
    return Amended(order, amount, is_waiting)


def call_off(*, order_id: int, actor: str, now: datetime) -> Order:
    """Give up what waits to be added to an order; its goods are on sale again, and money that still comes goes back.

    The page where it could be paid is closed first.
    Raises: OrderNotFound; AmendmentGone where nothing waits, because it was paid a moment ago, say.
    """
    pages = Payment.objects.filter(
        order_id=order_id, amendment__state=AmendmentState.OPEN, provider=STRIPE, state__in=OPEN_STATES
    )
    for payment_id in list(pages.values_list("pk", flat=True)):
        try:
            close_payment(payment_id=payment_id, actor=actor, now=now)
        except (StripeUnavailable, StripeRefused) as error:
            logger.warning("the page of payment %s could not be closed: %s", payment_id, error)
    with transaction.atomic():
        order = lock_order(order_id)
        waiting = order.amendments.filter(state=AmendmentState.OPEN).first()
        if waiting is None:
            raise AmendmentGone(_("Nothing waits to be added any more: it was paid or called off meanwhile."))
        _end(order, lock_amendment(waiting.pk), AmendmentState.CALLED_OFF, actor=actor, now=now)
    return order


def close_expired(*, now: datetime, limit: int = 500) -> int:
    """Close what was not paid in time, and return how many; its goods are on sale again. Money that still comes is taken
    while there are goods, else it goes back.
    """
    due = Amendment.objects.filter(state=AmendmentState.OPEN, expires_at__lte=now).order_by("expires_at", "pk")
    return sum(
        _expire(order_id, amendment_id, now=now) for order_id, amendment_id in due.values_list("order_id", "pk")[:limit]
    )


@tried_again
def _expire(order_id: int, amendment_id: int, *, now: datetime) -> bool:
    with transaction.atomic():
        order = lock_order(order_id)
        amendment = lock_amendment(amendment_id)
        if amendment.state != AmendmentState.OPEN or amendment.expires_at > now:
            return False
        _end(order, amendment, AmendmentState.EXPIRED, actor="system", now=now)
    return True


def _end(order: Order, amendment: Amendment, state: AmendmentState, *, actor: str, now: datetime) -> None:
    """Give up what waits: its goods are on sale again, the timeline says it. Both rows are locked."""
    amendment.state, amendment.ended_at = state, now
    amendment.save(update_fields=["state", "ended_at"])
    release(order_token=amendment.token, now=now, actor=actor)
    kind = f"amendment_{state}"
    note_event(order=order, type=f"order.{kind}", actor=actor, now=now, key=f"{kind}:{amendment.pk}")


def _hold_goods(order: Order, asked: AmendmentRequest) -> None:
    """Lock all products that are touched in the one turn in which they are to be locked."""
    lines = list(order.lines.exclude(variant=None).values_list("pk", "variant_id", "product_id"))
    touched = {*asked.kept, *asked.additions.lines}
    variants = [variant_id for pk, variant_id, _product_id in lines if pk in touched and variant_id is not None]
    products = [product_id for pk, _variant_id, product_id in lines if pk in touched and product_id is not None]
    lock_ordered_stock(order.token, [*variants, *asked.additions.variants], product_ids=products)


def _take_out(order: Order, kept: Mapping[int, int], *, actor: str, now: datetime) -> None:
    if not kept:
        return
    rows = {line.pk: line for line in order.lines.filter(pk__in=kept)}
    gone = shrink_lines(order=order, counts=kept, actor=actor, now=now)
    units = [(rows[pk].variant_id or 0, count) for pk, count in gone.items() if rows[pk].variant_id is not None]
    put_back(order_token=order.token, lines=units, now=now, actor=actor)
    sold: dict[int, int] = {}
    for pk, count in gone.items():
        product_id = rows[pk].product_id
        if product_id is not None:
            sold[product_id] = sold.get(product_id, 0) - count
    add_sold(sold)
    follow_due(order=order, now=now)


def _add(order: Order, addition: Addition, token: str, *, actor: str, now: datetime) -> bool:
    """Hold the goods and write the amendment; return whether it waits for the customer, else it is in the order."""
    amendment = Amendment.objects.create(
        order=order,
        token=token,
        lines=addition.lines,
        actor=actor,
        created_at=now,
        expires_at=now + HOLD,
        **addition.sums,
    )
    reserve(
        order_token=token,
        lines=[(line["variant_id"], line["quantity"]) for line in addition.lines],
        now=now,
        expires_at=amendment.expires_at,
        warehouse_id=order.pickup.get("warehouse_id"),
    )
    if order.paid_at is None or not amendment.total_amount:
        take_added(order=order, amendment=amendment, actor=actor, now=now)
        join_order(order=order, amendment=amendment, actor=actor, now=now)
        return False
    data = {"amount": amendment.total_amount}
    note_event(order=order, type="order.amendment_asked", actor=actor, now=now, data=data)
    if order.email:
        enqueue(task="storefront.amendments.ask", kwargs={"amendment_id": amendment.pk})
    return True
