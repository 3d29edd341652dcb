"""Files for shopping engines, kept for a while; notices to search engines."""

import io
import logging
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from core.ids import new_token
from core.tenancy import current_tenant
from integrations.http.client import Limits, fetch
from integrations.http.errors import FetchFailed
from storefront.catalog.selectors import active_products
from storefront.catalog.shown import Prices
from storefront.feeds.google import write_google
from storefront.feeds.items import Item, iterate_items
from storefront.feeds.models import FeedSettings
from storefront.feeds.openai import write_openai
from storefront.feeds.selectors import get_settings
from storefront.shipping.rates import Parcel, Rate, make_offer
from storefront.shipping.selectors import get_delivery
from tenants.models import Tenant
from tenants.selectors import store_url

FOLDER = "feeds"
KEPT_FOR = timedelta(minutes=15)
MOST_NOTICES = 100
_NOTICE = Limits(bytes_count=65_536, seconds=10.0, statuses=(200, 202))

logger = logging.getLogger(__name__)


def keep_google(now: datetime, prices: Prices) -> Path:
    """Return the file for Google in the language of the request and this currency, at most 15 minutes old."""
    return _keep("google", "xml", lambda: _write_google(prices), now, prices)


def keep_openai(now: datetime, prices: Prices) -> Path:
    """Return the file for ChatGPT in the language of the request and this currency, at most 15 minutes old."""
    return _keep("openai", "jsonl", lambda: _write_openai(prices), now, prices)


def forget_files() -> None:
    """Have every file written anew at the next question."""
    for file in _folder().glob("*"):
        file.unlink(missing_ok=True)


def save_settings(
    *, is_indexed: bool, has_google: bool, has_openai: bool, has_indexnow: bool, now: datetime
) -> FeedSettings:
    """Write what machines may see; switching IndexNow on makes its key, and what is there already counts as told."""
    with transaction.atomic():
        row, _made = FeedSettings.objects.select_for_update().get_or_create(pk=1)
        if has_indexnow and not row.has_indexnow:
            row.indexnow_key = row.indexnow_key or secrets.token_hex(16)
            row.indexnow_sent_at = now
            row.indexnow_said = ""
        row.is_indexed, row.has_google, row.has_openai = is_indexed, has_google, has_openai
        row.has_indexnow = has_indexnow
        row.save()
    return row


def tell_indexnow(*, now: datetime) -> int:
    """Tell IndexNow the addresses of goods that changed since the last time, at most 100 at once; return how many.

    Source: indexnow.org/documentation. What could not be told is told the next time.
    """
    chosen = get_settings()
    if not chosen.has_indexnow or not chosen.is_indexed or chosen.indexnow_sent_at is None:
        return 0
    tenant = current_tenant()
    changed = active_products().filter(updated_at__gt=chosen.indexnow_sent_at, updated_at__lte=now)
    told, said = 0, ""
    until = now
    rows = list(changed.order_by("updated_at", "pk").values_list("handle", "updated_at")[: MOST_NOTICES + 1])
    if len(rows) > MOST_NOTICES:
        until = rows[MOST_NOTICES - 1][1]
    for handle, changed_at in rows[:MOST_NOTICES]:
        try:
            _notify(tenant, chosen.indexnow_key, reverse("product", args=[handle]))
        except FetchFailed as error:
            said = str(error)[:200]
            until = changed_at - timedelta(microseconds=1)
            logger.warning("IndexNow took no notice: %s", error)
            break
        told += 1
    FeedSettings.objects.filter(pk=1).update(
        indexnow_sent_at=max(until, chosen.indexnow_sent_at), indexnow_said=said or _said(told, chosen.indexnow_said)
    )
    return told


def _said(told: int, before: str) -> str:
    return "ok" if told else before


def _notify(tenant: Tenant, key: str, path: str) -> None:
    address = store_url(tenant, path)
    host = urlsplit(address).netloc
    query = urlencode({"url": address, "key": key, "keyLocation": f"{settings.PUBLIC_SCHEME}://{host}/{key}.txt"})
    fetch(f"{settings.INDEXNOW_URL}?{query}", into=io.BytesIO(), limits=_NOTICE)


def _write_google(prices: Prices) -> Iterator[str]:
    tenant = current_tenant()
    delivery, today = get_delivery(), timezone.localdate()

    def list_rates(item: Item) -> Iterable[Rate]:
        parcel = Parcel(country=tenant.country, subtotal_amount=item.price_amount, weight_grams=item.weight_grams)
        return make_offer(delivery, parcel, prices=prices, today=today).rates

    return write_google(
        iterate_items(prices),
        title=tenant.name,
        url=store_url(tenant, reverse("home")),
        country=tenant.country,
        list_rates=list_rates,
        language=translation.get_language() or tenant.language,
    )


def _write_openai(prices: Prices) -> Iterator[str]:
    tenant = current_tenant()
    url = store_url(tenant, reverse("home"))
    return write_openai(iterate_items(prices), seller=tenant.name, seller_url=url, country=tenant.country)


def _keep(name: str, ending: str, write: Callable[[], Iterator[str]], now: datetime, prices: Prices) -> Path:
    folder = _folder()
    currency = "" if prices.is_own else f"-{prices.currency}"
    file = folder / f"{name}-{translation.get_language()}{currency}.{ending}"
    try:
        if now.timestamp() - file.stat().st_mtime < KEPT_FOR.total_seconds():
            return file
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{new_token()}"
    try:
        with fresh.open("w", encoding="utf-8") as out:
            out.writelines(write())
        os.utime(fresh, (now.timestamp(), now.timestamp()))
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return file


def _folder() -> Path:
    return Path(storages["private"].path(FOLDER))
