"""What choosing a country at sign-up sets: currency and time zone, both changeable later."""

from dataclasses import dataclass

from babel import Locale
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class CountryPreset:
    currency: str
    time_zone: str


PRESETS: dict[str, CountryPreset] = {
    "US": CountryPreset("USD", "America/New_York"),
    "CN": CountryPreset("CNY", "Asia/Shanghai"),
    "GB": CountryPreset("GBP", "Europe/London"),
    "AU": CountryPreset("AUD", "Australia/Sydney"),
    "CA": CountryPreset("CAD", "America/Toronto"),
    "DE": CountryPreset("EUR", "Europe/Berlin"),
    "ES": CountryPreset("EUR", "Europe/Madrid"),
    "FR": CountryPreset("EUR", "Europe/Paris"),
    "HK": CountryPreset("HKD", "Asia/Hong_Kong"),
    "IE": CountryPreset("EUR", "Europe/Dublin"),
    "IT": CountryPreset("EUR", "Europe/Rome"),
    "JP": CountryPreset("JPY", "Asia/Tokyo"),
    "MY": CountryPreset("MYR", "Asia/Kuala_Lumpur"),
    "NL": CountryPreset("EUR", "Europe/Amsterdam"),
    "NZ": CountryPreset("NZD", "Pacific/Auckland"),
    "SG": CountryPreset("SGD", "Asia/Singapore"),
    "TW": CountryPreset("TWD", "Asia/Taipei"),
}


def country_choices() -> list[tuple[str, str]]:
    """Return (code, “name – currency”) in the reader's language, the likeliest first."""
    locale = Locale.parse("zh_Hans" if (get_language() or "en").startswith("zh") else "en")
    return [(code, f"{locale.territories[code]} – {preset.currency}") for code, preset in PRESETS.items()]


def guess_country(accept_language: str) -> str:
    """Return the first country that the browser's languages name, or one that speaks them."""
    for part in accept_language.split(","):
        tag = part.split(";")[0].strip()
        language, _, region = tag.partition("-")
        if region.upper() in PRESETS:
            return region.upper()
        if language.lower() == "zh":
            return "CN"
    return "US"
