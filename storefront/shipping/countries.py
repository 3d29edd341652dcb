"""The countries a parcel can go to, named in the reader's language."""

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language

_NOT_A_PLACE = frozenset({"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


def is_country(code: str) -> bool:
    """Tell whether this is an ISO 3166-1 alpha-2 code of a place that mail reaches."""
    return code in _names("en")


def list_countries(language: str | None = None) -> list[tuple[str, str]]:
    """Return (code, name) by name, in the language of the request unless another one is asked for."""
    return list(_countries(_locale(language)))


def country_name(code: str) -> str:
    """Return the country's name in the language of the request, or the code where it is unknown."""
    return _names(_locale()).get(code, code)


def _locale(language: str | None = None) -> str:
    return "zh_Hans" if (language or get_language() or "en").startswith("zh") else "en"


@lru_cache(maxsize=4)
def _names(locale: str) -> dict[str, str]:
    return dict(_countries(locale))


@lru_cache(maxsize=4)
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale).territories
    places = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return tuple(sorted(((c, n) for c, n in places if c not in _NOT_A_PLACE), key=lambda pair: pair[1]))
