"""Put a policy together: what holds everywhere, and what the region's law adds."""

import re
from typing import Final

from django.utils.html import escape

from storefront.content.enums import Policy
from storefront.content.policies.chinese import CHINESE
from storefront.content.policies.english import ENGLISH
from storefront.content.policies.regions import Region, region_of

_GAP: Final = re.compile(r"\[[^\[\]]+\]|［[^［］]+］")


def find_gaps(policy: Policy, html: str) -> list[str]:
    """Return the places of the templates, whatever the country, that still wait to be filled in, in the order of the text."""
    known = {
        gap
        for _title, parts in (CHINESE[policy], ENGLISH[policy])
        for part in parts
        for text in ([part] if isinstance(part, str) else part.values())
        for gap in _GAP.findall(text)
    }
    return [gap for gap in _GAP.findall(html) if gap in known]


def write_template(policy: Policy, *, language: str, country: str, store: str, email: str) -> tuple[str, str]:
    """Return title and HTML of a policy with the store's name and address; places in square brackets are to be filled in."""
    title, parts = (CHINESE if language.startswith("zh") else ENGLISH)[policy]
    region = region_of(country)
    body = "\n".join(part if isinstance(part, str) else part.get(region, part[Region.ELSEWHERE]) for part in parts)
    words = {"store": escape(store), "email": escape(email)}
    return title, body.format(**words).strip()
