from django.apps import AppConfig


class DiscountsConfig(AppConfig):
    name = "storefront.discounts"
    label = "discounts"
    schema = "tenant"
    not_on_pages = ("discounts_promotion", "discounts_discountcode", "discounts_discountuse")
