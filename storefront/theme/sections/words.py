"""A section's values in the language of the request."""

from typing import Any

from django.utils.translation import get_language

from storefront.theme.sections.checks import Section


def spoken(section: Section) -> dict[str, Any]:
    """Return the section with the words of the request's language where they were translated."""
    told = section.get("translations", {}).get(get_language() or "")
    return {**section, "values": {**section["values"], **told}} if told else section
