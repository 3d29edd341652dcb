"""What the order's page of the storefront shows of its files."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localtime

from core.clock import utc_now
from storefront.downloads.selectors import list_downloads


def order_downloads(order_id: int) -> list[dict[str, Any]]:
    """Return an order's files for its page: filename, url, size and day in words, left_count."""
    return [
        {
            "filename": one.filename,
            "url": one.url,
            "size": filesizeformat(one.bytes_count),
            "day": date_format(localtime(one.expires_at), "DATE_FORMAT"),
            "left_count": one.left_count,
        }
        for one in list_downloads(order_id, now=utc_now())
    ]
