"""Amounts as Stripe counts them, written for people, and which methods take which currency."""

from decimal import Decimal

from babel.numbers import format_currency

from integrations.stripe.sandbox.errors import ApiError

ZERO_DECIMAL = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
MINIMUM = {
    "usd": 50,
    "aed": 200,
    "aud": 50,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "dkk": 250,
    "eur": 50,
    "gbp": 30,
    "hkd": 400,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "nzd": 50,
    "pln": 200,
    "sek": 300,
    "sgd": 50,
}
MAXIMUM = 99_999_999
ALIPAY = frozenset(["aud", "cad", "cny", "eur", "gbp", "hkd", "jpy", "myr", "nzd", "sgd", "usd"])
WECHAT = frozenset(["aud", "cad", "chf", "cny", "dkk", "eur", "gbp", "hkd", "jpy", "nok", "sek", "sgd", "usd"])
METHODS = {"alipay": ALIPAY, "wechat_pay": WECHAT}


def exponent(currency: str) -> int:
    """Return how many decimals the currency's minor unit stands for."""
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def money_text(amount: int, currency: str, locale: str = "en") -> str:
    """Return an amount for people, such as `$12.50`."""
    value = Decimal(amount).scaleb(-exponent(currency))
    return format_currency(value, currency.upper(), locale=locale)


def fee_for(amount: int) -> int:
    """Return the processing fee a charge bears: 2.9 % and 30 minor units, at most the amount."""
    return min(amount, (amount * 29 + 500) // 1000 + 30)


def check_currency(currency: str, param: str) -> str:
    """Return the currency in lower case.

    Raises:
        ApiError: it is not three letters.
    """
    lowered = currency.lower()
    if len(lowered) != 3 or not (lowered.isascii() and lowered.isalpha()):
        raise ApiError(f"Invalid currency: {lowered}. Stripe needs a three-letter ISO code.", param=param)
    return lowered


def check_chargeable(amount: int, currency: str, param: str, noun: str = "Amount") -> None:
    """Refuse amounts below the currency's minimum or above eight digits.

    Raises:
        ApiError: amount_too_small or amount_too_large.
    """
    least = MINIMUM.get(currency, 1)
    if amount < least:
        text = money_text(least, currency)
        raise ApiError(f"{noun} must be at least {text} {currency}.", code="amount_too_small", param=param)
    if amount > MAXIMUM:
        text = money_text(MAXIMUM, currency)
        raise ApiError(f"{noun} must be no more than {text} {currency}.", code="amount_too_large", param=param)
