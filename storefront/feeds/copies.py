"""A copy of a store does not speak for the host of the one it was made of."""

from storefront.feeds.models import FeedSettings
from tenants.events import StoreCopied


def quiet_copy(_event: StoreCopied) -> None:
    """Switch the notices to search engines off; the copy's owner can switch them on."""
    FeedSettings.objects.update(has_indexnow=False, indexnow_key="", indexnow_sent_at=None, indexnow_said="")
