from django.apps import AppConfig

from core.events import subscribe
from tenants.events import StoreCopied, TenantSeeding


class ContentConfig(AppConfig):
    name = "storefront.content"
    label = "content"
    schema = "tenant"

    def ready(self) -> None:
        from storefront.content.copies import sanitize_copy

        subscribe(TenantSeeding, furnish)
        subscribe(StoreCopied, sanitize_copy)


def furnish(event: TenantSeeding) -> None:
    """Give a new store its first pages."""
    from storefront.content.services import furnish_pages  # models are not loaded when this file is

    tenant = event.tenant
    furnish_pages(store_name=tenant.name, email=tenant.contact_email, language=tenant.language, now=event.now)
