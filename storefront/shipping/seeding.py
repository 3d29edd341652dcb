"""What a new store starts with."""

from decimal import Decimal

from django.utils.translation import gettext, override

from core.money import minor_digits
from storefront.shipping.services import create_default_rates
from tenants.events import TenantSeeding
from tenants.languages import list_others

# What a parcel costs and from which subtotal on it is free, in whole units, near what shops that sell in the currency
# ask; a starting point that the merchant changes.
FIRST_PRICES: dict[str, tuple[Decimal | int, int]] = {
    "AUD": (10, 100),
    "BRL": (20, 200),
    "CAD": (10, 100),
    "CHF": (7, 80),
    "CLP": (4000, 40_000),
    "CNY": (10, 99),
    "CZK": (99, 1500),
    "DKK": (39, 499),
    "EUR": (5, 50),
    "GBP": (4, 50),
    "HKD": (30, 300),
    "HUF": (1500, 20_000),
    "IDR": (20_000, 300_000),
    "INR": (60, 999),
    "JPY": (600, 6000),
    "KRW": (3000, 50_000),
    "KWD": (2, 20),
    "MXN": (99, 999),
    "NOK": (59, 799),
    "NZD": (10, 100),
    "PLN": (15, 200),
    "SEK": (49, 599),
    "SGD": (5, 60),
    "THB": (50, 500),
    "TWD": (60, 799),
    "USD": (Decimal("4.90"), 60),
    "VND": (30_000, 500_000),
    "ZAR": (70, 750),
}
_ELSEWHERE: tuple[Decimal | int, int] = (5, 60)


def furnish_store(event: TenantSeeding) -> None:
    """Give the store one zone, everywhere, and one way of delivery, priced in the size of its currency."""
    price_amount, free_over_amount = choose_prices(event.tenant.currency)
    with override(event.tenant.language):
        create_default_rates(
            zone_name=gettext("Everywhere"),
            method_name=gettext("Standard delivery"),
            price_amount=price_amount,
            free_over_amount=free_over_amount,
            translations=_translate(event.tenant.language),
        )


def _translate(own: str) -> dict[str, dict[str, str]]:
    """Return what the first way of delivery is called in every other language that the buttons speak."""
    said = {}
    for language in list_others(own):
        with override(language):
            said[language] = {"name": gettext("Standard delivery")}
    return said


def choose_prices(currency: str) -> tuple[int, int]:
    """Return the first price of a parcel and the subtotal from which it is free, in minor units of the currency."""
    unit = 10 ** minor_digits(currency)
    price, free_over = FIRST_PRICES.get(currency, _ELSEWHERE)
    return int(price * unit), free_over * unit
