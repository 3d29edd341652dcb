"""What orders do themselves when a sale becomes real: ask for its mails."""

from core.outbox.services import enqueue
from storefront.orders.enums import OrderSource
from storefront.orders.events import OrderPlaced
from storefront.orders.models import Order

_WRITTEN_BY_US = (OrderSource.IMPORT, OrderSource.DEMO)


def ask_for_mails(event: OrderPlaced) -> None:
    """Ask for the shopper's confirmation and the merchant's notice; orders that nobody just made are silent."""
    if Order.objects.filter(pk=event.order_id, source__in=_WRITTEN_BY_US).exists():
        return
    enqueue(task="storefront.orders.send_confirmation", kwargs={"order_id": event.order_id})
    enqueue(task="storefront.orders.send_new_order", kwargs={"order_id": event.order_id})
