"""Read what buyers may load down."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from storefront.catalog.models import DigitalFile
from storefront.downloads.models import DownloadGrant
from storefront.downloads.tokens import make_token
from storefront.orders.enums import OrderStatus


@dataclass(frozen=True, slots=True)
class Download:
    """A file as its buyer sees it; `url` is empty when it cannot be loaded down any more."""

    id: int
    filename: str
    bytes_count: int
    url: str
    left_count: int
    limit: int
    expires_at: datetime
    is_revoked: bool
    is_expired: bool


def list_files(variant_ids: list[int]) -> dict[int, list[DigitalFile]]:
    """Return the files of variants in order, by variant."""
    found: dict[int, list[DigitalFile]] = {}
    for row in DigitalFile.objects.filter(variant_id__in=variant_ids).order_by("position", "pk"):
        found.setdefault(row.variant_id, []).append(row)
    return found


def list_downloads(order_id: int, *, now: datetime) -> list[Download]:
    """Return the files of an order; one query."""
    rows = (
        DownloadGrant.objects.filter(order_id=order_id).select_related("file", "order").order_by("order_line_id", "pk")
    )
    return [_download(row, now) for row in rows]


def is_open(grant: DownloadGrant, *, now: datetime) -> bool:
    """Tell whether nobody has closed this and its time has not ended; how often it was used is asked apart."""
    order = grant.order
    is_sold = order.status == OrderStatus.OPEN and order.refunded_amount < max(order.total_amount, 1)
    return grant.revoked_at is None and now < grant.expires_at and is_sold


def _download(row: DownloadGrant, now: datetime) -> Download:
    left = row.downloads_limit - row.downloads_count
    is_here = is_open(row, now=now) and left > 0
    token = make_token(grant_id=row.pk, nonce=row.nonce)
    return Download(
        id=row.pk,
        filename=row.file.filename,
        bytes_count=row.file.bytes_count,
        url=reverse("download", args=[row.pk, token]) if is_here else "",
        left_count=left,
        limit=row.downloads_limit,
        expires_at=row.expires_at,
        is_revoked=row.revoked_at is not None,
        is_expired=now >= row.expires_at,
    )
