"""Rates to start from; the merchant looks them over and changes them. When they were checked, and by whom, stands with them.

Of reduced rates each country has several; here is the one on most food and books, or the first above it.
Of the states of the USA it is the state's own rate; counties and cities add theirs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

VAT, GST = "VAT", "GST"
CHECKED_ON = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so, and the day of what they say; that is older than `CHECKED_ON`, where the rates were compared with it."""

    name: str
    said_on: date
    countries: frozenset[str]


def _words(text: str) -> list[str]:
    return text.split()


SOURCES = (
    Source(
        "European Commission, Taxes in Europe Database, by eu-vat-rates-data 2026.9.29",
        date(2026, 9, 29),
        frozenset(_words("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")),
    ),
    Source("eu-vat-rates-data 2026.9.29, by hand there", date(2026, 9, 29), frozenset({"CH", "GB", "NO"})),
    Source("China, VAT law and Ministry of Finance, announcement 9/2026", date(2026, 1, 31), frozenset({"CN"})),
    Source("India, GST Council, 56th meeting", date(2025, 9, 22), frozenset({"IN"})),
    Source(
        "Reports on Japan's plans for food from April 2027, which name the rates until then",
        date(2026, 5, 1),
        frozenset({"JP"}),
    ),
    Source("Worldwide VAT, GST and sales tax rates, determinedai.co", date(2026, 1, 1), frozenset({"AU"})),
    Source("South Africa, Government Notice 6157", date(2025, 4, 30), frozenset({"ZA"})),
    Source("ONE store, tax by country; no day given", date(2025, 1, 1), frozenset({"SG", "TW"})),
    Source("Canadian provinces; Nova Scotia since 1 April 2025", date(2025, 5, 1), frozenset({"CA"})),
    Source("Tax Foundation, State and Local Sales Tax Rates, 2025", date(2025, 2, 4), frozenset({"US"})),
    Source(
        "Guides to worldwide VAT of 2019 to 2025; no later one was found",
        date(2025, 3, 12),
        frozenset({"KR", "MX", "NZ"}),
    ),
)

# By country: the tax's name, its standard rate, and its reduced one where there is one.
COUNTRIES: Mapping[str, tuple[str, str, str | None]] = {
    "AT": (VAT, "20", "10"),
    "AU": (GST, "10", None),
    "BE": (VAT, "21", "6"),
    "BG": (VAT, "20", "9"),
    "CH": (VAT, "8.1", "2.6"),
    "CN": ("增值税", "13", "9"),
    "CY": (VAT, "19", "5"),
    "CZ": (VAT, "21", "12"),
    "DE": ("MwSt.", "19", "7"),
    "DK": ("moms", "25", None),
    "EE": (VAT, "24", "9"),
    "ES": ("IVA", "21", "4"),
    "FI": ("ALV", "25.5", "13.5"),
    "FR": ("TVA", "20", "5.5"),
    "GB": (VAT, "20", "5"),
    "GR": ("ΦΠΑ", "24", "13"),
    "HR": ("PDV", "25", "5"),
    "HU": ("ÁFA", "27", "5"),
    "IE": (VAT, "23", "9"),
    "IN": (GST, "18", "5"),
    "IT": ("IVA", "22", "4"),
    "JP": ("消費税", "10", "8"),
    "KR": (VAT, "10", None),
    "LT": ("PVM", "21", "5"),
    "LU": ("TVA", "17", "3"),
    "LV": ("PVN", "21", "5"),
    "MT": (VAT, "18", "5"),
    "MX": ("IVA", "16", None),
    "NL": ("btw", "21", "9"),
    "NO": ("mva", "25", "15"),
    "NZ": (GST, "15", None),
    "PL": (VAT, "23", "5"),
    "PT": ("IVA", "23", "6"),
    "RO": ("TVA", "21", "11"),
    "SE": ("moms", "25", "6"),
    "SG": (GST, "9", None),
    "SI": ("DDV", "22", "5"),
    "SK": ("DPH", "23", "5"),
    "TW": ("VAT", "5", None),
    "ZA": (VAT, "15", None),
}
_STATES = """
AL:4 AR:6.5 AZ:5.6 CA:7.25 CO:2.9 CT:6.35 DC:6 FL:6 GA:4 HI:4 IA:6 ID:6 IL:6.25 IN:7 KS:6.5 KY:6 LA:5 MA:6.25 MD:6 ME:5.5
MI:6 MN:6.875 MO:4.225 MS:7 NC:4.75 ND:5 NE:5.5 NJ:6.625 NM:4.875 NV:6.85 NY:4 OH:5.75 OK:4.5 PA:6 RI:7 SC:6 SD:4.2 TN:7
TX:6.25 UT:4.85 VA:4.3 VT:6 WA:6.5 WI:5 WV:6 WY:4
"""


def _states() -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for word in _STATES.split():
        state, _colon, percent = word.partition(":")
        yield state, (("Sales tax", percent),)


# By country and province: each tax with its rate.
PROVINCES: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]] = {
    "CA": {
        "AB": (("GST", "5"),),
        "BC": (("GST", "5"), ("PST", "7")),
        "MB": (("GST", "5"), ("RST", "7")),
        "NB": (("HST", "15"),),
        "NL": (("HST", "15"),),
        "NS": (("HST", "14"),),
        "NT": (("GST", "5"),),
        "NU": (("GST", "5"),),
        "ON": (("HST", "13"),),
        "PE": (("HST", "15"),),
        "QC": (("GST", "5"), ("QST", "9.975")),
        "SK": (("GST", "5"), ("PST", "6")),
        "YT": (("GST", "5"),),
    },
    "US": dict(_states()),
}
# Where prices on the shelf hold the tax, by law or by habit.
INCLUDED_IN = frozenset(COUNTRIES) - {"IN"}


def preset_rates(country: str, province: str = "") -> list[tuple[str, Decimal, bool]]:
    """Return (name, percent, whether it is the reduced class) of a place, none where nothing is known of it."""
    if province or country in PROVINCES:
        found = PROVINCES.get(country, {}).get(province, ())
        return [(name, Decimal(percent), False) for name, percent in found]
    if country not in COUNTRIES:
        return []
    name, standard, reduced = COUNTRIES[country]
    rates = [(name, Decimal(standard), False)]
    return rates + ([(name, Decimal(reduced), True)] if reduced is not None else [])
