"""A sandbox is nothing that search engines should be told of."""

from storefront.feeds.models import FeedSettings
from tenants.events import StoreCopied


def quiet_copy(event: StoreCopied) -> None:
    """Switch a sandbox's notices to search engines off."""
    if event.is_sandbox:
        FeedSettings.objects.update(has_indexnow=False, indexnow_key="", indexnow_sent_at=None, indexnow_said="")
