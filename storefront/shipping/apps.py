from django.apps import AppConfig

from core.events import subscribe


class ShippingConfig(AppConfig):
    name = "storefront.shipping"
    label = "shipping"
    schema = "tenant"

    def ready(self) -> None:
        from storefront.catalog.page_parts import add_store_part
        from storefront.shipping.seeding import furnish_store
        from storefront.shipping.selectors import DELIVERY
        from tenants.events import TenantSeeding

        subscribe(TenantSeeding, furnish_store)
        add_store_part("delivery", DELIVERY)
