"""Countries whose law asks a shop for the same words."""

from enum import Enum
from typing import Final


class Region(Enum):
    """Europe: fourteen days to withdraw, GDPR, an imprint. China: seven days, PIPL. Elsewhere: the store's own promise."""

    EUROPE = "europe"
    CHINA = "china"
    ELSEWHERE = "elsewhere"


_EUROPE: Final = frozenset(
    {
        *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV"),
        *("LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "GB"),
    }
)


def region_of(country: str) -> Region:
    """Return the group of a country by its two letters."""
    if country == "CN":
        return Region.CHINA
    return Region.EUROPE if country in _EUROPE else Region.ELSEWHERE
