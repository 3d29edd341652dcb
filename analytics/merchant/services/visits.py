"""Visits without a cookie: the visitor is a hash with a salt that is thrown away after two days."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from analytics.merchant.models import Visit, VisitorSalt
from core.events import publish
from storefront.catalog.events import ProductPutInCart, ProductViewed
from storefront.catalog.selectors import active_products
from tenants.models import Tenant

EVENTS_A_MINUTE = 120
MAXIMUM_PATH, MAXIMUM_HOST = 300, 120
KEEP_SALTS_DAYS = 2

_BOT = re.compile(
    r"bot|crawl|spider|slurp|preview|facebookexternalhit|headless|lighthouse|monitor|curl|wget|python|java/|go-http|"
    r"httpclient|scrapy|phantom|feedfetcher|pingdom|uptime",
    re.IGNORECASE,
)
_PRODUCT_PATH = re.compile(r"/products/([^/]+)/?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LANGUAGE_PREFIXES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Beacon:
    """What a page told us, as it came: nothing in it has been checked. `kind` is `view` or `cart`."""

    kind: str
    path: str
    referrer: str
    address: str
    user_agent: str
    host: str


def record_visit(*, tenant: Tenant, beacon: Beacon, customer_id: int | None, now: datetime) -> Visit | None:
    """Write a visit and tell of the product that a signed-in customer saw; None for bots, floods and nonsense."""
    path = _clean_path(beacon.path)
    if path is None or beacon.kind not in ("view", "cart") or is_bot(beacon.user_agent):
        return None
    visitor = _visitor(beacon, tenant=tenant, now=now)
    if not _is_within_rate(visitor, now=now):
        return None
    kind, product_id = _classify(beacon.kind, path)
    with transaction.atomic():
        visit = Visit.objects.create(
            visitor=visitor,
            kind=kind,
            path=path,
            product_id=product_id,
            referrer_host=_referrer_host(beacon.referrer, own=beacon.host),
            created_at=now,
        )
        if customer_id is not None and product_id is not None:
            told = ProductPutInCart if kind == Visit.CART else ProductViewed
            publish(told(customer_id=customer_id, product_id=product_id, now=now))
    return visit


def forget_visitors(*, today: date) -> int:
    """Delete the salts of the days before yesterday, so that nobody can be recognized again; return how many went."""
    deleted, _by_model = VisitorSalt.objects.filter(day__lte=today - timedelta(days=KEEP_SALTS_DAYS)).delete()
    return deleted


def is_bot(user_agent: str) -> bool:
    """Tell whether the browser says itself that it is none."""
    return not user_agent or bool(_BOT.search(user_agent))


def _visitor(beacon: Beacon, *, tenant: Tenant, now: datetime) -> str:
    # The store's own day: with the day of UTC a visitor in Shanghai would become another one at eight in the morning.
    day = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    salt, _created = VisitorSalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_hex(32)})
    parts = (salt.salt, beacon.address, beacon.user_agent, beacon.host)
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]


def _is_within_rate(visitor: str, *, now: datetime) -> bool:
    key = f"beacon:{visitor}:{int(now.timestamp()) // 60}"
    if cache.add(key, 1, timeout=120):
        return True
    return cache.incr(key) <= EVENTS_A_MINUTE


def _clean_path(raw: str) -> str | None:
    path = unquote(raw.split("?", 1)[0].split("#", 1)[0], errors="replace")
    if not path.startswith("/") or path.startswith(("//", "/dashboard")) or _CONTROL.search(path):
        return None
    return path[:MAXIMUM_PATH]


def _classify(kind: str, path: str) -> tuple[str, int | None]:
    prefix = next((prefix for prefix in _LANGUAGE_PREFIXES if path.startswith(prefix)), "/")
    place = path[len(prefix) - 1 :]
    found = _PRODUCT_PATH.fullmatch(place)
    product_id = active_products().filter(handle=found[1]).values_list("pk", flat=True).first() if found else None
    if kind == "cart":
        return Visit.CART, product_id
    if product_id is not None:
        return Visit.PRODUCT, product_id
    return (Visit.CHECKOUT if place.rstrip("/") == "/checkout" else Visit.VIEW), None


def _referrer_host(referrer: str, *, own: str) -> str:
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
    host = host.lower()
    if host == own.partition(":")[0].lower() or _CONTROL.search(host):
        return ""
    return host[:MAXIMUM_HOST]
