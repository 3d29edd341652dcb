"""Read what an archive says of the platform's rows; every reader decides itself how much of it to believe."""

import json
import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings

from tenants.archive.manifest import Manifest
from tenants.archive.reading import ArchiveReader
from tenants.languages import list_others

_MAXIMUM_BYTES = 32 * 1024 * 1024


def read_public_rows(reader: ArchiveReader, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of `public/{name}`; none where the archive has no such part, or one of absurd size."""
    member = next((each for each in reader.manifest.members if each.name == f"public/{name}.jsonl.gz"), None)
    if member is None or member.size > _MAXIMUM_BYTES:
        return
    for line in b"".join(reader.read(member)).splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row


def _further_languages(said: str | None, own: str) -> list[str]:
    """Return the further languages; an archive of the time when every store was offered in all of them says nothing."""
    return list_others(own) if said is None else [code for code in list_others(own) if code in said.split(",")]


def believable_facts(manifest: Manifest) -> dict[str, Any]:
    """Return the store's facts as a store may have them: what could break a page becomes the usual."""
    said = {key: value for key, value in manifest.store.items() if isinstance(value, str)}
    facts = {
        "name": " ".join(said.get("name", "").split())[:80],
        "currency": said.get("currency", "") if re.fullmatch("[A-Z]{3}", said.get("currency", "")) else "USD",
        "country": said.get("country", "") if re.fullmatch("[A-Z]{2}", said.get("country", "")) else "US",
        "language": said.get("language", "") if said.get("language") in dict(settings.LANGUAGES) else "en",
        "languages": _further_languages(said.get("languages"), said.get("language", "")),
        "shows_lowest_price": said.get("shows_lowest_price") != "no",
        "time_zone": said.get("time_zone", "") if said.get("time_zone") in available_timezones() else "UTC",
    }
    return facts if facts["name"] else facts | {"name": str(said.get("slug", "store"))[:80]}
