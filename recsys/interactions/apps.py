from django.apps import AppConfig

from core.events import subscribe


class InteractionsConfig(AppConfig):
    name = "recsys.interactions"
    label = "interactions"
    schema = "tenant"
    not_on_pages = ("interactions_interaction",)

    def ready(self) -> None:
        from recsys.interactions.listening import (  # needs the models
            add_interactions,
            forget_erased,
            forget_unwanted,
            move_merged,
            remember_cart,
            remember_view,
        )
        from storefront.catalog.events import ProductPutInCart, ProductViewed
        from storefront.customers.events import (
            CustomerDataAsked,
            CustomerErased,
            CustomersMerged,
            PersonalizationChanged,
        )

        subscribe(ProductViewed, remember_view)
        subscribe(ProductPutInCart, remember_cart)
        subscribe(PersonalizationChanged, forget_unwanted)
        subscribe(CustomerErased, forget_erased)
        subscribe(CustomersMerged, move_merged)
        subscribe(CustomerDataAsked, add_interactions)
