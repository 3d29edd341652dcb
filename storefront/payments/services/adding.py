"""What is added to a placed order joins it: its goods leave the stock, its sums are the order's, once."""

from datetime import datetime

from storefront.inventory.services import allocate_into, let_expire
from storefront.orders.bulk import add_sold
from storefront.orders.enums import AmendmentState
from storefront.orders.models import Amendment, Order
from storefront.orders.services import join_amendment
from storefront.payments.models import Payment
from storefront.payments.selectors import MANUAL, OPEN_STATES
from storefront.payments.services.crediting import money_status
from storefront.payments.services.spent import refresh_spent


def take_added(*, order: Order, amendment: Amendment, actor: str, now: datetime) -> None:
    """Take the goods of an amendment for its order, late ones if they are still there; both rows are locked.

    Raises: InsufficientStock, and then nothing is taken.
    """
    allocate_into(
        order_token=order.token,
        apart_token=amendment.token,
        now=now,
        actor=actor,
        product_ids=_units(amendment),
    )


def join_order(*, order: Order, amendment: Amendment, actor: str, now: datetime) -> Order:
    """Move an amendment whose goods were taken into its order and count the sale; what an unpaid order waits for follows.

    Raises: OrderStateRefused.
    """
    order = join_amendment(order=order, amendment=amendment, actor=actor, now=now)
    add_sold(_units(amendment))
    if order.paid_at is None:
        follow_due(order=order, now=now)
        return order
    order.payment_status = money_status(order)
    order.save(update_fields=["payment_status"])
    refresh_spent(order)
    return order


def follow_due(*, order: Order, now: datetime) -> None:
    """Have the money that the merchant waits for be what the order comes to now; the order's row is locked."""
    waiting = Payment.objects.filter(order=order, amendment=None, provider=MANUAL, state__in=OPEN_STATES)
    waiting.update(amount=order.due_amount, updated_at=now)


def end_amendment(*, amendment: Amendment, now: datetime) -> None:
    """Give up an amendment whose goods cannot be had any more; what it still holds is on sale again within minutes."""
    amendment.state, amendment.ended_at = AmendmentState.CALLED_OFF, now
    amendment.save(update_fields=["state", "ended_at"])
    let_expire(order_token=amendment.token, now=now)


def _units(amendment: Amendment) -> dict[int, int]:
    """Return how many units of each product an amendment adds."""
    units: dict[int, int] = {}
    for line in amendment.lines:
        units[line["product_id"]] = units.get(line["product_id"], 0) + line["quantity"]
    return units
