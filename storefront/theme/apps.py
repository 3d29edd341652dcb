from django.apps import AppConfig


class ThemeConfig(AppConfig):
    name = "storefront.theme"
    label = "theme"
    schema = "tenant"
