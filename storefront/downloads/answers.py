"""What happens to files when an order is paid for or canceled."""

from storefront.downloads.services import grant_files, revoke_order
from storefront.orders.events import OrderAmended, OrderCanceled, OrderPaid


def grant_paid(event: OrderPaid) -> None:
    """Let the buyer load down what was paid for."""
    grant_files(order_id=event.order_id, now=event.now)


def grant_added(event: OrderAmended) -> None:
    """Let the buyer load down what was added to an order that is paid."""
    if event.is_paid:
        grant_files(order_id=event.order_id, now=event.now)


def revoke_canceled(event: OrderCanceled) -> None:
    """Close the links of an order that was canceled."""
    revoke_order(order_id=event.order_id, now=event.now)
