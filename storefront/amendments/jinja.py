"""What the order's page of the storefront shows of what is to be added to it."""

from typing import Any

from core.clock import utc_now
from storefront.amendments.selectors import find_missed, find_offer
from storefront.catalog.jinja import picture
from storefront.orders.days import write_day
from storefront.orders.models import Order


def order_offer(order: Order) -> dict[str, Any] | None:
    """Return what the customer is asked to pay for, or what they `missed` to pay; None where there is neither."""
    if order.status != "open":
        return None
    now = utc_now()
    found = find_offer(order, now=now)
    if found is None:
        missed = find_missed(order, now=now)
        return {"missed": missed, "until": write_day(missed.expires_at)} if missed else None
    return {
        "amendment": found.amendment,
        "lines": [{**line, "picture": picture(line["cover"])} for line in found.amendment.lines],
        "by_provider": found.by_provider,
        "arranged": found.arranged,
        "until": write_day(found.amendment.expires_at),
    }
