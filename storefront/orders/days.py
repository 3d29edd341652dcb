"""Days and times as the reader writes them."""

from datetime import datetime

from babel import Locale
from babel.dates import format_date, format_time
from django.utils import timezone
from django.utils.translation import get_language


def write_day(moment: datetime) -> str:
    """Return the day: ``Nov 22, 2026``, ``2026年11月22日``."""
    return format_date(timezone.localtime(moment), "medium", locale=_locale())


def write_moment(moment: datetime) -> str:
    """Return the day and the time: ``Nov 22, 2026, 09:38``."""
    local = timezone.localtime(moment)
    gap = " " if _locale().language == "zh" else ", "
    return f"{format_date(local, 'medium', locale=_locale())}{gap}{format_time(local, 'HH:mm', locale=_locale())}"


def _locale() -> Locale:
    language = get_language() or "en"
    return Locale.parse("zh_Hans" if language.startswith("zh") else language.replace("-", "_"))
