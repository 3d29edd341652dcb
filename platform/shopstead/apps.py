from django.apps import AppConfig


class ShopsteadConfig(AppConfig):
    name = "shopstead"
    verbose_name = "Composition root"
