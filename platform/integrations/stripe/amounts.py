"""Stripe's own count of minor units, where it differs from the currency's. Source: docs.stripe.com/currencies."""

from core.money import minor_digits

_WHOLE_UNITS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE_DIGITS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def stripe_digits(currency: str) -> int:
    """Return how many decimals Stripe counts in this currency: UGX and ISK have two there and none elsewhere."""
    code = currency.upper()
    if code in _WHOLE_UNITS:
        return 0
    return 3 if code in _THREE_DIGITS else 2


def to_stripe(amount: int, currency: str) -> int:
    """Return our minor units as Stripe's.

    Raises: ValueError when the amount cannot be said in Stripe's units.
    """
    return _scale(amount, stripe_digits(currency) - minor_digits(currency.upper()))


def from_stripe(amount: int, currency: str) -> int:
    """Return Stripe's minor units as ours.

    Raises: ValueError when the amount cannot be said in ours.
    """
    return _scale(amount, minor_digits(currency.upper()) - stripe_digits(currency))


def _scale(amount: int, digits: int) -> int:
    if digits >= 0:
        return amount * int(10**digits)
    whole, rest = divmod(amount, int(10**-digits))
    if rest:
        raise ValueError(f"{amount} has more decimals than the other side counts")
    return whole
