"""A plan's limits in words."""

from django import template
from django.utils.translation import gettext as _

from core.ui.templatetags.ui import number

register = template.Library()


@register.simple_tag
def limit_rows() -> list[tuple[str, str]]:
    """Return (key, label) of the limits that plans differ in."""
    return [
        ("products", _("Products")),
        ("staff", _("Staff")),
        ("orders_a_month", _("Orders a month")),
        ("storage_gb", _("Pictures and files, GB")),
        ("api_calls_a_minute", _("API calls a minute")),
    ]


@register.filter
def limit(limits: dict[str, int | None], key: str) -> str:
    """Write one limit."""
    value = limits.get(key, 0)
    return _("No limit") if value is None else number(value)
