"""How returns look in the dashboard."""

from typing import Any

from storefront.returns.enums import ReturnState
from storefront.returns.models import Return

# Status kind and tone of the design system; a tone says that somebody has to act.
LOOK = {
    ReturnState.ASKED: ("look", "warn"),
    ReturnState.APPROVED: ("wait", "quiet"),
    ReturnState.RECEIVED: ("half", "warn"),
    ReturnState.CLOSED: ("done", ""),
    ReturnState.REFUSED: ("fail", "quiet"),
    ReturnState.CANCELED: ("away", ""),
}


def return_row(found: Return) -> dict[str, Any]:
    """Return what a list says of a return that came with `items_count`."""
    order = found.order
    kind, tone = LOOK[ReturnState(found.state)]
    name = order.shipping_address.get("name") or (order.customer.name if order.customer else "") or order.email
    return {"found": found, "customer": name, "kind": kind, "tone": tone}
