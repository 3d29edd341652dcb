"""Change what is taxed where; check VAT numbers; ask whoever counts taxes."""

from storefront.taxes.services.assessing import assess_taxes
from storefront.taxes.services.checking import VatVerdict, check_vat_id
from storefront.taxes.services.saving import (
    RateFacts,
    SettingsFacts,
    add_region,
    remove_region,
    save_rates,
    save_settings,
)

__all__ = [
    "RateFacts",
    "SettingsFacts",
    "VatVerdict",
    "add_region",
    "assess_taxes",
    "check_vat_id",
    "remove_region",
    "save_rates",
    "save_settings",
]
