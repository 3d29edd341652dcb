"""What the look adds to the storefront's templates."""

import re
from typing import Any

from django.urls import get_script_prefix
from jinja2.runtime import Macro

from core.shared_pages import remember
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


def once(macro: Macro, *given: Any) -> str:
    """Return what a macro says of the store, said once for all pages of an edition.

    What it is given are words, or things that all these pages share; with another thing it says it anew.
    """
    words = [one for one in given if type(one) is str]
    known, said = remember("\n".join(["macro", macro.name, *words]), lambda: (given, macro(*given)))
    if all(one is other or (type(one) is str and one == other) for one, other in zip(given, known, strict=True)):
        return said
    return macro(*given)
