"""Provinces, cities and districts of the Chinese mainland."""

import json
from functools import cache
from pathlib import Path


def list_cities(province: str) -> list[str]:
    """Return the cities of a province by its full name; none for one that is not known."""
    return list(_places().get(province, {}))


def list_districts(province: str, city: str) -> list[str]:
    """Return the districts of a city; none where it has none, or is not known."""
    return _places().get(province, {}).get(city, [])


def split_district(*, province: str, city: str, line1: str) -> tuple[str, str]:
    """Return the district at the head of a street's line, empty where there is none, and the rest of the line."""
    found = max((one for one in list_districts(province, city) if line1.startswith(one)), key=len, default="")
    return found, line1.removeprefix(found).strip()


def join_district(*, district: str, line1: str) -> str:
    """Return the street's line with the district at its head, once."""
    return line1 if not district or line1.startswith(district) else f"{district}{line1}"


@cache
def _places() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(
        (Path(__file__).parent / "china.json").read_text(encoding="utf-8")
    )
    return found
