"""Read what machines may see."""

from storefront.feeds.models import FeedSettings


def get_settings() -> FeedSettings:
    """Return the merchant's choices, or the defaults where none were made."""
    return FeedSettings.objects.filter(pk=1).first() or FeedSettings()
