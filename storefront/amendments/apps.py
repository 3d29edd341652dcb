from django.apps import AppConfig


class AmendmentsConfig(AppConfig):
    name = "storefront.amendments"
    label = "amendments"
    schema = "tenant"
