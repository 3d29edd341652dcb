from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "storefront.support"
    label = "support"
    schema = "tenant"
