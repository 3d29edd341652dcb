from django.apps import AppConfig

from core.events import subscribe


class InteractionsConfig(AppConfig):
    name = "recsys.interactions"
    label = "interactions"
    schema = "tenant"

    def ready(self) -> None:
        from recsys.interactions.listening import remember_cart, remember_view  # needs the models
        from storefront.catalog.events import ProductPutInCart, ProductViewed

        subscribe(ProductViewed, remember_view)
        subscribe(ProductPutInCart, remember_cart)
