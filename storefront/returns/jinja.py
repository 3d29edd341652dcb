"""What the order's page of the storefront offers."""

from core.clock import utc_now
from storefront.orders.days import write_day
from storefront.orders.models import Order
from storefront.returns.enums import CHINA
from storefront.returns.selectors import find_withdrawal_end


def withdrawal_offer(order: Order) -> dict[str, str] | None:
    """Return until which day the order's buyer may withdraw and where they live, or None where they may not."""
    end = find_withdrawal_end(order, now=utc_now())
    if end is None:
        return None
    country = "CN" if order.shipping_address.get("country") == CHINA else ""
    is_running = order.fulfillment_status == "fulfilled"
    return {"until": write_day(end) if is_running else "", "country": country}
