from django.apps import AppConfig

from core.events import subscribe


class TransferConfig(AppConfig):
    name = "storefront.transfer"
    label = "transfer"
    schema = "tenant"
    private_leftovers = ("imports",)
    # They speak of jobs and files that stay where they are.
    stays_behind = ("transfer_importrun", "transfer_undobatch")

    def ready(self) -> None:
        from storefront.customers.events import CustomerErased, CustomersMerged
        from storefront.transfer.answers import forget_erased, forget_merged

        subscribe(CustomerErased, forget_erased)
        subscribe(CustomersMerged, forget_merged)
