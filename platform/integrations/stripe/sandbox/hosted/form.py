"""Read the pay form: e-mail, method and card."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.stripe.sandbox.cards import Card, is_luhn, make_card_method, make_wallet_method
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.page import View

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
EXPIRY = re.compile(r"([0-9]{1,2})\s*[/\-.]?\s*(?:20)?([0-9]{2})")


@dataclass
class PayForm:
    """What was typed, and what is wrong with it by field name; `card` is there where a right one was typed."""

    email: str
    method: str
    card: Card | None
    errors: dict[str, str]


def read_pay_form(view: View, methods: list[str], *, needs_email: bool) -> PayForm:
    """Return the form as typed, with an error text for each wrong field."""
    errors: dict[str, str] = {}
    email = view.form.get("email", "")
    if needs_email and not EMAIL.fullmatch(email):
        errors["email"] = view.text("error_email")
    method = view.form.get("method") or (methods[0] if len(methods) == 1 else "")
    if method not in methods:
        errors["method"] = view.text("error_method")
    card = _read_card(view, errors) if method == "card" else None
    return PayForm(email, method, card, errors)


def _read_card(view: View, errors: dict[str, str]) -> Card | None:
    number = re.sub(r"[\s\-]", "", view.form.get("number", ""))
    if not number:
        errors["number"] = view.text("error_number_empty")
    elif not re.fullmatch(r"[0-9]{12,19}", number) or not is_luhn(number):
        errors["number"] = view.text("error_number")
    month, year = _read_expiry(view, errors)
    card = Card(number, month, year, view.form.get("cvc", ""), view.form.get("name") or None)
    digits = 4 if card.brand == "amex" else 3
    if not re.fullmatch(rf"[0-9]{{{digits}}}", card.cvc):
        errors["cvc"] = view.text("error_cvc", count=digits)
    return None if errors.keys() & {"number", "expiry", "cvc"} else card


def _read_expiry(view: View, errors: dict[str, str]) -> tuple[int, int]:
    found = EXPIRY.fullmatch(view.form.get("expiry", ""))
    month, year = (int(found[1]), 2000 + int(found[2])) if found else (0, 0)
    if not 1 <= month <= 12:
        errors["expiry"] = view.text("error_expiry")
        return 0, 0
    today = datetime.fromtimestamp(view.scope.now, UTC)
    if (year, month) < (today.year, today.month):
        errors["expiry"] = view.text("error_expired")
    elif year > today.year + 50:
        errors["expiry"] = view.text("error_expiry")
    return month, year


def make_method(view: View, form: PayForm) -> Obj:
    """Return the payment method of a form without errors."""
    if form.card:
        return make_card_method(view.scope, form.card, email=form.email or None)
    return make_wallet_method(view.scope, form.method, email=form.email or None)


def decline_text(view: View, intent: Obj | None) -> str:
    """Return why the last try failed, in the page's language; empty where it did not."""
    field = "last_setup_error" if intent and intent["object"] == "setup_intent" else "last_payment_error"
    error = intent[field] if intent else None
    if not error:
        return ""
    code = str(error.get("decline_code") or error["code"])
    if code.endswith("authentication_failure") or code == "authentication_required":
        return view.text("decline_authentication")
    for name in (code, error["code"]):
        try:
            return view.text(f"decline_{name}")
        except KeyError:
            continue
    return str(error["message"])
