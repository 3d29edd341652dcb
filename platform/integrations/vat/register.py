"""Whether a VAT number is in force: asked at VIES where the installation says so, else nobody is asked, and the answer says that.

Source of the address and its answer: the European Commission's VIES REST interface, `ms/{country}/vat/{number}`.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, Protocol

from django.conf import settings

from integrations.http.client import Limits, fetch
from integrations.http.errors import FetchFailed

_LIMITS = Limits(bytes_count=64 * 1024, seconds=8.0, silence_seconds=5.0, kinds=("application/json",))


class VatState(StrEnum):
    """UNKNOWN: nobody was asked, or the register did not answer."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """What the register says, with the name it has and its own number for the question where it gives them."""

    state: VatState
    name: str = ""
    reference: str = ""


class VatRegister(Protocol):
    """Somewhere that knows which VAT numbers are in force."""

    def ask(self, *, country: str, number: str) -> VatAnswer:
        """Return what the register says of a number (without its country's letters)."""


class NobodyAsked:
    """The register of an installation that reaches none: it never says that a number is right."""

    def ask(self, *, country: str, number: str) -> VatAnswer:
        return VatAnswer(VatState.UNKNOWN)


class Vies:
    """The register of the European Union."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def ask(self, *, country: str, number: str) -> VatAnswer:
        body = BytesIO()
        try:
            fetch(f"{self._url}/ms/{country}/vat/{number}", into=body, limits=_LIMITS)
            return read_answer(json.loads(body.getvalue()))
        except (FetchFailed, ValueError):
            return VatAnswer(VatState.UNKNOWN)


def read_answer(answer: Any) -> VatAnswer:
    """Return what VIES answered; anything but a plain yes or no is unknown, such as a country's register at rest."""
    if not isinstance(answer, dict):
        return VatAnswer(VatState.UNKNOWN)
    reference = str(answer.get("requestIdentifier") or "")[:60]
    if answer.get("isValid") is True:
        name = str(answer.get("name") or "").strip()
        return VatAnswer(VatState.VALID, "" if set(name) <= set("-") else name[:160], reference)
    if answer.get("isValid") is False and answer.get("userError") == "INVALID":
        return VatAnswer(VatState.INVALID, reference=reference)
    return VatAnswer(VatState.UNKNOWN)


def get_register() -> VatRegister:
    """Return the register that this installation asks: `VIES_URL`, or nobody while that is empty."""
    return Vies(settings.VIES_URL) if settings.VIES_URL else NobodyAsked()


def is_asked() -> bool:
    """Tell whether this installation asks a register at all."""
    return bool(settings.VIES_URL)
