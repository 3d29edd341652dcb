"""Exchange rates as the European Central Bank publishes them on working days, at about 16:00 in Frankfurt.

The file: ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates (one `Cube` a currency, for one euro).
"""

import io
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings

from integrations.http.client import Limits, fetch
from integrations.http.errors import FetchFailed
from storefront.catalog.errors import RatesFailed

EURO = "EUR"
KEEP_SECONDS = 3600
_PLACES = Decimal("0.00000001")
_LIMITS = Limits(bytes_count=256 * 1024, seconds=20)

_lock = threading.Lock()
_kept: dict[str, tuple[float, "Quotes"]] = {}


@dataclass(frozen=True, slots=True)
class Quotes:
    """What one euro is worth by currency, and since when."""

    at: datetime
    of_a_euro: dict[str, Decimal]

    def find(self, *, own: str, other: str) -> Decimal | None:
        """Return what one `own` is worth in `other`, to eight places; None where the bank does not name one of them."""
        rates = {EURO: Decimal(1), **self.of_a_euro}
        if own not in rates or other not in rates:
            return None
        return (rates[other] / rates[own]).quantize(_PLACES) or None


def is_automatic() -> bool:
    """Tell whether the operator lets stores have rates that come by themselves."""
    return bool(settings.EXCHANGE_RATES_URL)


def ask_quotes() -> Quotes:
    """Return today's rates, asked for at most once an hour by a process, for all stores.

    Raises: RatesFailed.
    """
    url = settings.EXCHANGE_RATES_URL
    if not url:
        raise RatesFailed("off")
    with _lock:
        kept = _kept.get(url)
        if kept is not None and time.monotonic() - kept[0] < KEEP_SECONDS:
            return kept[1]
        body = io.BytesIO()
        try:
            fetch(url, into=body, limits=_LIMITS)
        except FetchFailed as error:
            raise RatesFailed("not_answered") from error
        quotes = read_quotes(body.getvalue())
        _kept.clear()
        _kept[url] = (time.monotonic(), quotes)
        return quotes


def forget_quotes() -> None:
    """Ask anew the next time."""
    with _lock:
        _kept.clear()


def read_quotes(data: bytes) -> Quotes:
    """Read the bank's file.

    Raises: RatesFailed for anything else: one wrong number, and none of them is believed.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
        day = next(one.attrib["time"] for one in root.iter() if "time" in one.attrib)
        found = {one.attrib["currency"]: Decimal(one.attrib["rate"]) for one in root.iter() if "currency" in one.attrib}
        at = datetime.strptime(day, "%Y-%m-%d").replace(hour=15, tzinfo=UTC)
    except (ParseError, DefusedXmlException, StopIteration, KeyError, ValueError, InvalidOperation) as error:
        raise RatesFailed("not_readable") from error
    if not found or not all(rate.is_finite() and 0 < rate < 10**9 for rate in found.values()):
        raise RatesFailed("not_readable")
    return Quotes(at, found)
