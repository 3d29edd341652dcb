from django.apps import AppConfig


class MerchantConfig(AppConfig):
    name = "analytics.merchant"
    label = "merchant"
    schema = "tenant"
    stays_behind = ("merchant_visitorsalt",)
