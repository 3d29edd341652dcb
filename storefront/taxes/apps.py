from django.apps import AppConfig


class TaxesConfig(AppConfig):
    name = "storefront.taxes"
    label = "taxes"
    schema = "tenant"
    not_on_pages = ("taxes_taxsettings", "taxes_taxregion", "taxes_taxrate", "taxes_vatcheck")
