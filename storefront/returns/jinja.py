"""What the order's page of the storefront offers."""

from typing import Any

from core.clock import utc_now
from storefront.orders.days import write_day
from storefront.orders.models import Order
from storefront.returns.enums import CHINA, ReturnState
from storefront.returns.selectors import find_return_end, find_withdrawal_end, list_of_order, list_returnable


def withdrawal_offer(order: Order) -> dict[str, str] | None:
    """Return until which day the order's buyer may withdraw and where they live, or None where they may not."""
    end = find_withdrawal_end(order, now=utc_now())
    if end is None:
        return None
    country = "CN" if order.shipping_address.get("country") == CHINA else ""
    is_running = order.fulfillment_status == "fulfilled"
    return {"until": write_day(end) if is_running else "", "country": country}


def return_offer(order: Order) -> dict[str, str] | None:
    """Return until which day goods of the order may be sent back, or None where none may."""
    if order.fulfillment_status == "unfulfilled":
        return None
    end = find_return_end(order, now=utc_now())
    if end is None or not list_returnable(order):
        return None
    return {"until": write_day(end) if order.fulfillment_status == "fulfilled" else ""}


def order_returns(order: Order) -> list[dict[str, Any]]:
    """Return what the order's buyer reads of its returns, newest first."""
    if order.fulfillment_status == "unfulfilled":
        return []
    return [
        {
            "one": each,
            "asked_on": write_day(each.asked_at),
            "kind": _KINDS.get(ReturnState(each.state), ""),
            "can_call_off": each.state in (ReturnState.ASKED, ReturnState.APPROVED),
            "has_label": bool(each.label_path) and each.state == ReturnState.APPROVED,
            "label_url": each.label_url if each.state == ReturnState.APPROVED else "",
        }
        for each in list_of_order(order)
    ]


_KINDS = {
    ReturnState.ASKED: "info",
    ReturnState.APPROVED: "ok",
    ReturnState.RECEIVED: "info",
    ReturnState.CLOSED: "ok",
    ReturnState.CANCELED: "info",
    ReturnState.REFUSED: "warn",
}
