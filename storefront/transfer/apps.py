from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "storefront.transfer"
    label = "transfer"
    schema = "tenant"
    private_leftovers = ("imports",)
    # They speak of jobs and files that stay where they are.
    stays_behind = ("transfer_importrun", "transfer_undobatch")
