from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "storefront.transfer"
    label = "transfer"
    schema = "tenant"
    private_leftovers = ("imports",)
