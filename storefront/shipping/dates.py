"""How a span of delivery days is written."""

from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton
from django.utils.translation import get_language

_DAY = "MMMEd"


def format_window(from_date: date, to_date: date) -> str:
    """Return both days in the reader's language: ``Wed, Nov 25 – Thu, Nov 26``, ``11月25日周三 – 11月26日周四``."""
    return _format_window(from_date, to_date, get_language() or "en")


@lru_cache(256)
def _format_window(from_date: date, to_date: date, language: str) -> str:
    locale = Locale.parse("zh_Hans" if language.startswith("zh") else language.replace("-", "_"))
    first, last = (format_skeleton(_DAY, day, locale=locale) for day in (from_date, to_date))
    return first if from_date == to_date else f"{first} – {last}"
