from django.apps import AppConfig

from core.events import subscribe
from tenants.events import TenantSeeding


class ContentConfig(AppConfig):
    name = "storefront.content"
    label = "content"
    schema = "tenant"

    def ready(self) -> None:
        subscribe(TenantSeeding, furnish)


def furnish(event: TenantSeeding) -> None:
    """Give a new store its first pages."""
    from storefront.content.services import furnish_pages  # models are not loaded when this file is

    tenant = event.tenant
    furnish_pages(store_name=tenant.name, email=tenant.contact_email, language=tenant.language, now=event.now)
