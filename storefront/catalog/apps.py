from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "storefront.catalog"
    label = "catalog"
    schema = "tenant"
    not_on_pages = ("catalog_productediting",)
    stays_behind = ("catalog_productediting",)

    def ready(self) -> None:
        from core.events import subscribe
        from storefront.catalog.copies import sanitize_copy
        from storefront.catalog.events import ProductChanged
        from storefront.catalog.services.collections.filling import follow_changes
        from storefront.catalog.services.prices import follow_prices
        from tenants.events import StoreCopied

        subscribe(StoreCopied, sanitize_copy)
        subscribe(ProductChanged, follow_prices)
        subscribe(ProductChanged, follow_changes)
