from typing import ClassVar

from django.apps import AppConfig

from core.handling import Handling


class TaxesConfig(AppConfig):
    name = "storefront.taxes"
    label = "taxes"
    schema = "tenant"
    not_on_pages = (
        "taxes_taxsettings",
        "taxes_taxregion",
        "taxes_taxrate",
        "taxes_vatcheck",
        "taxes_assessment",
    )
    stays_behind = ("taxes_assessment",)
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "taxes_assessment": {"cart_token": Handling.TOKEN, "calculation_id": Handling.PROVIDER}
    }
