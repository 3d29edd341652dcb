"""How days and moments are written to shoppers."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time


def write_day(day: date, language: str) -> str:
    """Return a day without its year: ``Nov 20``, ``11月20日``."""
    return format_skeleton("MMMd", day, locale=_locale(language))


def write_moment(moment: datetime, *, language: str, time_zone: str) -> str:
    """Return day and time on the clock of a place: ``Nov 20, 9:41 AM``, ``11月20日 09:41``."""
    there = moment.astimezone(ZoneInfo(time_zone))
    time = format_time(there, "short", locale=_locale(language))
    return f"{write_day(there.date(), language)}{' ' if language.startswith('zh') else ', '}{time}"


def _locale(language: str) -> Locale:
    return Locale.parse("zh_Hans" if language.startswith("zh") else "en")
