"""What a new store starts with."""

from django.utils.translation import gettext, override

from core.money import minor_digits
from storefront.shipping.services import create_default_rates
from tenants.events import TenantSeeding

# Of one whole unit of a currency whose unit is small, such as the yen, that many make up a dollar or so.
_SMALL_UNITS = {"JPY": 150, "KRW": 1400, "VND": 25_000, "IDR": 16_000, "CLP": 900, "HUF": 350, "CNY": 1, "INR": 50}
_PRICE_IN_CENTS = 490
_FREE_FROM_IN_CENTS = 6000


def furnish_store(event: TenantSeeding) -> None:
    """Give the store one zone, everywhere, and one way of delivery, priced in the size of its currency."""
    currency = event.tenant.currency
    with override(event.tenant.language):
        create_default_rates(
            zone_name=gettext("Everywhere"),
            method_name=gettext("Standard delivery"),
            price_amount=scale(_PRICE_IN_CENTS, currency),
            free_over_amount=scale(_FREE_FROM_IN_CENTS, currency),
        )


def scale(cents: int, currency: str) -> int:
    """Return a sum of about this many US cents, in minor units of a currency and without odd small digits."""
    units = cents * _SMALL_UNITS.get(currency, 1)
    amount = units * 10 ** minor_digits(currency) // 100
    step = 10 if minor_digits(currency) != 0 else 10 ** max(1, len(str(amount)) - 2)
    return int(amount // step * step)
