"""What other parts' pages show of a customer's credit."""

from typing import Any

from django import template

from storefront.credits.selectors import list_credit_entries, list_credits
from storefront.customers.models import Customer

register = template.Library()

NEWEST = 3


@register.inclusion_tag("credits/panel.html", takes_context=True)
def customer_credit(context: dict[str, Any], customer: Customer) -> dict[str, Any]:
    """Draw the card of what a customer has with the store."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    if "credits.view" not in flat.get("may", ()):
        return flat
    balances = list_credits(customer.pk)
    return {
        **flat,
        "customer": customer,
        "balances": [one for one in balances if one.balance_amount] or balances[:1],
        "entries": list(list_credit_entries(customer.pk)[:NEWEST]) if balances else [],
    }
