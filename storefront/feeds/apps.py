from typing import ClassVar

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "storefront.feeds"
    label = "feeds"
    schema = "tenant"
    not_on_pages: ClassVar[frozenset[str]] = frozenset({"feeds_feedsettings"})
    private_leftovers: ClassVar[frozenset[str]] = frozenset({"feeds"})

    def ready(self) -> None:
        from core.events import subscribe
        from storefront.feeds.copies import quiet_copy
        from tenants.events import StoreCopied

        subscribe(StoreCopied, quiet_copy)
