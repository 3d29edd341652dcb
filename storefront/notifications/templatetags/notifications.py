"""What other parts' pages show of mails."""

from typing import Any

from django import template

from storefront.notifications.selectors import find_unreachable

register = template.Library()


@register.inclusion_tag("notifications/trouble.html")
def mail_trouble(email: str) -> dict[str, Any]:
    """Say beside an address that mails to it do not arrive; nothing where they do."""
    return {"found": find_unreachable(email)}
