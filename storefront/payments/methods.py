"""What shoppers can usually pay with, by currency. Source: docs.stripe.com/payments/payment-methods."""

from django.utils.translation import gettext as _

_ALIPAY = frozenset({"AUD", "CAD", "CNY", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD"})
_WECHAT = frozenset({"AUD", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "SEK", "SGD", "USD"})


def list_method_names(currency: str) -> list[str]:
    """Return the names of the methods that the payment page offers in this currency, where the account has them."""
    names = [_("Cards"), "Apple Pay", "Google Pay", "Link"]
    if currency in _ALIPAY:
        names.append(_("Alipay"))
    if currency in _WECHAT:
        names.append(_("WeChat Pay"))
    return names
