"""Stripe's test cards and test payment methods, and what each of them does."""

import re
from dataclasses import dataclass

from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.objects import template
from integrations.stripe.sandbox.scope import Scope

OK, CHALLENGE, FAILS_LATER = "ok", "challenge", "fails_later"
DECLINES: dict[str, tuple[str, str, str]] = {
    "generic_decline": ("card_declined", "generic_decline", "Your card was declined."),
    "insufficient_funds": ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "lost_card": ("card_declined", "lost_card", "Your card was declined."),
    "stolen_card": ("card_declined", "stolen_card", "Your card was declined."),
    "expired_card": ("expired_card", "expired_card", "Your card has expired."),
    "incorrect_cvc": ("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    "processing_error": (
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "test_mode_live_card": (
        "card_declined",
        "test_mode_live_card",
        "Your card was declined. Your request was in test mode, but used a non test card.",
    ),
    "authentication_required": (
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
}
NUMBERS: dict[str, str] = {
    "4242424242424242": OK,
    "4000056655665556": OK,
    "5555555555554444": OK,
    "2223003122003222": OK,
    "5200828282828210": OK,
    "378282246310005": OK,
    "371449635398431": OK,
    "6011111111111117": OK,
    "3056930009020004": OK,
    "3566002020360505": OK,
    "6200000000000005": OK,
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "lost_card",
    "4000000000009979": "stolen_card",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
    "4000000000000119": "processing_error",
    "4000000000000341": FAILS_LATER,
    "4000002500003155": CHALLENGE,
    "4000002760003184": CHALLENGE,
    "4000000000003220": CHALLENGE,
}
# What happens after such a card has paid. Source: docs.stripe.com/testing.
AFTER: dict[str, str] = {
    "4000000000000259": "dispute_fraudulent",
    "4000000000002685": "dispute_product_not_received",
    "4000000000001976": "inquiry_general",
    "4000000000007726": "refund_waits",
    "4000000000005126": "refund_fails",
}
NUMBERS |= dict.fromkeys(AFTER, OK)
BRANDS = (
    (r"4", "visa"),
    (r"5[1-5]|2[2-7]", "mastercard"),
    (r"3[47]", "amex"),
    (r"6011|65", "discover"),
    (r"62", "unionpay"),
    (r"35", "jcb"),
    (r"3[068]", "diners"),
)
TOKENS: dict[str, str] = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "amex": "378282246310005",
    "unionpay": "6200000000000005",
    "chargeDeclined": "4000000000000002",
    "visa_chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeCustomerFail": "4000000000000341",
    "threeDSecure2Required": "4000000000003220",
    "threeDSecureRequired": "4000000000003220",
    "authenticationRequired": "4000002500003155",
    "createDispute": "4000000000000259",
    "createDisputeProductNotReceived": "4000000000002685",
    "createDisputeInquiry": "4000000000001976",
    "pendingRefund": "4000000000007726",
    "refundFail": "4000000000005126",
}


@dataclass(frozen=True)
class Card:
    """A card as a person types it."""

    number: str
    month: int
    year: int
    cvc: str
    name: str | None = None

    @property
    def brand(self) -> str:
        """Return Stripe's word for the card's brand."""
        return next((brand for pattern, brand in BRANDS if re.match(pattern, self.number)), "unknown")


def is_luhn(number: str) -> bool:
    """Tell whether the check digit is right (ISO/IEC 7812-1 annex B)."""
    digits = [int(digit) for digit in reversed(number)]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return total > 0 and total % 10 == 0


def make_card_method(scope: Scope, card: Card, *, email: str | None = None) -> Obj:
    """Return a saved payment method for a card; its number is not kept."""
    method = scope.make("payment_method", "pm", type="card", _behavior=NUMBERS.get(card.number, "test_mode_live_card"))
    method["_after"] = AFTER.get(card.number, "")
    method["card"] = {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": card.month,
        "exp_year": card.year,
        "fingerprint": f"sandbox{card.number[-4:]}{card.brand}",
        "funding": "credit",
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
        "regulated_status": "unregulated",
    }
    method["billing_details"] |= {"email": email, "name": card.name}
    return scope.save(method)


def make_wallet_method(scope: Scope, kind: str, *, email: str | None = None) -> Obj:
    """Return a saved payment method for `alipay` or `wechat_pay`."""
    method = scope.make("payment_method", "pm", type=kind, _behavior=OK)
    method[kind] = {}
    method["billing_details"] |= {"email": email}
    return scope.save(method)


def method_from_token(scope: Scope, token: str) -> Obj | None:
    """Return a new payment method for one of Stripe's test names (`pm_card_visa`, `tok_visa`), or None."""
    number = TOKENS.get(token.removeprefix("pm_card_").removeprefix("tok_"))
    if number is None or not token.startswith(("pm_card_", "tok_")):
        return None
    return make_card_method(scope, Card(number, 12, 2034, "123"))


def charge_details(method: Obj) -> Obj:
    """Return `payment_method_details` of a charge made with the method."""
    kind = method["type"]
    if kind != "card":
        return {"type": kind, kind: {"transaction_id": f"sandbox_{method['id'][-12:]}", "fingerprint": None}}
    card = method["card"]
    details = {key: card[key] for key in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint")}
    unset = (
        "amount_authorized extended_authorization incremental_authorization installments mandate multicapture "
        "network_token overcapture three_d_secure wallet authorization_code network_transaction_id transaction_link_id"
    )
    details |= dict.fromkeys(unset.split())
    details |= {"funding": card["funding"], "last4": card["last4"], "network": card["brand"]}
    return {"type": "card", "card": details | {"regulated_status": card["regulated_status"]}}


def deleted(kind: str, object_id: str) -> Obj:
    """Return what Stripe answers for an object that was deleted."""
    return template(f"deleted_{kind}", id=object_id)
