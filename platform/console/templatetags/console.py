"""How the console writes plans, sizes, and what happened."""

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import translation

from billing.plans.models import Plan

register = template.Library()


@register.filter
def plan_name(plan: Plan | None) -> str:
    """Return the plan's name in the reader's language, a dash for none."""
    if plan is None:
        return "–"
    language = "zh-hans" if str(translation.get_language() or "en").startswith("zh") else "en"
    return str(plan.names.get(language) or plan.names.get("en", plan.code))


@register.filter
def bytes_size(value: int | None) -> str:
    """Write a number of bytes as 3.2 MB; a dash for none."""
    return filesizeformat(value) if isinstance(value, int) else "–"
