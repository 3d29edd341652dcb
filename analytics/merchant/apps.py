from django.apps import AppConfig


class MerchantConfig(AppConfig):
    name = "analytics.merchant"
    label = "merchant"
    schema = "tenant"
    not_on_pages = (
        "merchant_visit",
        "merchant_visitorsalt",
        "merchant_dailysales",
        "merchant_dailyvisits",
        "merchant_dailyproductsales",
        "merchant_rollupstate",
    )
    stays_behind = ("merchant_visitorsalt",)
