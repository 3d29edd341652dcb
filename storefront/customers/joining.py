"""What two customers' facts come to when the two are one; nothing here asks the database."""

from collections.abc import Iterable
from typing import Any

from core.notes import LONGEST_NOTE

POSTAL = ("name", "company", "line1", "line2", "city", "province", "postcode", "country", "phone")


def combine_notes(kept: str, coming: str) -> tuple[str, str]:
    """Return the note of both, and what had no room in it."""
    if not coming or coming == kept:
        return kept, ""
    both = f"{kept}\n\n{coming}" if kept else coming
    return (both, "") if len(both) <= LONGEST_NOTE else (kept, coming)


def consent_after(kept: bool | None, coming: bool | None) -> bool | None:
    """Return the stricter of two answers: a no before silence, silence (None) before a yes."""
    if kept is False or coming is False:
        return False
    return True if kept and coming else None


def new_addresses(kept: Iterable[Any], coming: Iterable[Any]) -> list[Any]:
    """Return those of the coming addresses that are none of the kept ones, each once."""
    known = {_postal(address) for address in kept}
    found = []
    for address in coming:
        if _postal(address) not in known:
            known.add(_postal(address))
            found.append(address)
    return found


def _postal(address: Any) -> tuple[str, ...]:
    return tuple(" ".join(getattr(address, column).split()).casefold() for column in POSTAL)
