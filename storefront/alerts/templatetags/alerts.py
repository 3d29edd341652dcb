"""Who waits, on pages of other parts."""

from typing import Any

from django import template

from storefront.alerts.selectors import count_waiting, list_waiting

register = template.Library()


@register.inclusion_tag("alerts/dashboard/waiting.html")
def waiting_for(variant_id: int) -> dict[str, Any]:
    """Draw the card of those who wait for a variant; nothing where nobody does."""
    count = count_waiting([variant_id]).get(variant_id, 0)
    return {"count": count, "alerts": list_waiting(variant_id) if count else []}
