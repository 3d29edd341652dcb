"""What other parts' pages show of consents."""

from typing import Any

from django import template

from storefront.content.consents import describe_line
from storefront.content.selectors import list_consent_lines
from storefront.customers.models import Customer

register = template.Library()

MOST = 20


@register.inclusion_tag("content/dashboard/customer_consents.html", takes_context=True)
def customer_consents(context: dict[str, Any], customer: Customer) -> dict[str, Any]:
    """Draw the card of whether a customer may be written to, with every line of the ledger that says so."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    lines = [describe_line(row) for row in list_consent_lines(email=customer.email)[:MOST]]
    letters = next((line["said"] for line in lines if line["about"] == "letters"), "")
    return {**flat, "customer": customer, "lines": lines, "letters": letters}
