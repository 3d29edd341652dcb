"""What the look adds to the storefront's templates."""

import re

from django.urls import get_script_prefix

from storefront.theme.fields import ValueRefused, check_link

_BLANK = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> list[str]:
    """Return a text's paragraphs; blank lines part them."""
    return [part.strip() for part in _BLANK.split(text or "") if part.strip()]


def own_link(link: str) -> str:
    """Return an address that a merchant wrote, in the language of the request; what leads to no good place leads nowhere."""
    try:
        link = check_link(link or "")
    except ValueRefused:
        return ""
    return get_script_prefix() + link[1:] if link.startswith("/") else link
