from django.apps import AppConfig

from core.events import subscribe


class ServingConfig(AppConfig):
    name = "recsys.serving"
    label = "serving"
    schema = "tenant"

    def ready(self) -> None:
        from recsys.serving.listening import forget_erased, move_merged
        from storefront.customers.events import CustomerErased, CustomersMerged

        subscribe(CustomerErased, forget_erased)
        subscribe(CustomersMerged, move_merged)
