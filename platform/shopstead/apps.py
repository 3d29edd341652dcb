from django.apps import AppConfig

from core.events import subscribe


class ShopsteadConfig(AppConfig):
    name = "shopstead"
    verbose_name = "Composition root"

    def ready(self) -> None:
        from shopstead.erasing import forget_erased
        from storefront.customers.events import CustomerErased

        subscribe(CustomerErased, forget_erased)
