"""Take money with a payment or setup intent, let it fail, and give it back."""

from integrations.stripe.sandbox.cards import CHALLENGE, DECLINES, FAILS_LATER, OK, charge_details
from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.money import fee_for, money_text
from integrations.stripe.sandbox.objects import new_id
from integrations.stripe.sandbox.scope import PLATFORM, Scope

FINISHED = ("succeeded", "canceled")
# What the card of a charge makes of its refunds, and how long that takes.
REFUND_WAITS, REFUND_FAILS = "refund_waits", "refund_fails"
ENDS = {REFUND_WAITS: "succeeded", REFUND_FAILS: "failed"}
REFUND_DELAY = 5
DISPUTE_DELAY = 1


def make_intent(scope: Scope, *, amount: int, currency: str, **fields: object) -> Obj:
    """Create a payment intent and announce it."""
    intent = scope.make("payment_intent", "pi", amount=amount, currency=currency, **fields)
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('x')[2:]}"
    scope.save(intent)
    scope.emit("payment_intent.created", intent)
    return intent


def make_setup_intent(scope: Scope, **fields: object) -> Obj:
    """Create a setup intent and announce it."""
    intent = scope.make("setup_intent", "seti", **fields)
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('x')[2:]}"
    scope.save(intent)
    scope.emit("setup_intent.created", intent)
    return intent


def attempt(scope: Scope, intent: Obj, method: Obj, *, off_session: bool = False) -> str:
    """Try to pay (or set up) with a method; return the intent's new status.

    `succeeded`, `requires_action` (the payer has to confirm) or `requires_payment_method` (declined).
    """
    if intent["status"] in FINISHED:
        return str(intent["status"])
    behavior, is_setup = method["_behavior"], intent["object"] == "setup_intent"
    intent |= {"payment_method": method["id"], _error_field(intent): None}
    if method["type"] not in intent["payment_method_types"]:
        intent["payment_method_types"] = [*intent["payment_method_types"], method["type"]]
    if method["type"] != "card":
        return _require_action(scope, intent, method)
    if behavior == CHALLENGE:
        if not off_session:
            return _require_action(scope, intent, method)
        if not method.get("_authenticated"):
            return fail(scope, intent, method, "authentication_required")
    if behavior in (OK, CHALLENGE) or (behavior == FAILS_LATER and is_setup):
        return succeed(scope, intent, method)
    return fail(scope, intent, method, "generic_decline" if behavior == FAILS_LATER else behavior)


def _error_field(intent: Obj) -> str:
    return "last_setup_error" if intent["object"] == "setup_intent" else "last_payment_error"


def _require_action(scope: Scope, intent: Obj, method: Obj) -> str:
    url = f"{scope.public_url}/intents/{intent['id']}"
    kind = {"alipay": "alipay_handle_redirect", "wechat_pay": "wechat_pay_display_qr_code"}.get(method["type"])
    if kind == "wechat_pay_display_qr_code":
        action: Obj = {"type": kind, kind: {"data": f"weixin://sandbox/{intent['id']}", "hosted_instructions_url": url}}
    elif kind:
        action = {"type": kind, kind: {"native_data": None, "native_url": None, "return_url": None, "url": url}}
    else:
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": intent.get("_return_url"), "url": url}}
    intent |= {"status": "requires_action", "next_action": action}
    scope.save(intent)
    scope.emit(f"{intent['object']}.requires_action", intent)
    return "requires_action"


def succeed(scope: Scope, intent: Obj, method: Obj) -> str:
    """Let an intent succeed: charge, balance transaction, application fee and events."""
    intent |= {"status": "succeeded", "next_action": None}
    if method["_behavior"] == CHALLENGE:
        method["_authenticated"] = True
        scope.save(method)
    if intent["object"] == "setup_intent":
        scope.save(intent)
        scope.emit("setup_intent.succeeded", intent)
        return "succeeded"
    charge = _make_charge(scope, intent, method)
    transaction = record_transaction(scope, charge, intent["amount"], "charge", fee_for(intent["amount"]))
    charge |= {"paid": True, "captured": True, "status": "succeeded", "amount_captured": intent["amount"]}
    charge["balance_transaction"] = transaction["id"]
    if intent["application_fee_amount"]:
        charge["application_fee"] = _make_application_fee(scope, charge, intent["application_fee_amount"])["id"]
    intent |= {"amount_received": intent["amount"], "latest_charge": charge["id"]}
    disputed_at = scope.now + DISPUTE_DELAY if charge["_after"].startswith(("dispute", "inquiry")) else None
    scope.save(charge, disputed_at)
    scope.save(intent)
    scope.emit("charge.succeeded", charge)
    scope.emit("payment_intent.succeeded", intent)
    return "succeeded"


def fail(scope: Scope, intent: Obj, method: Obj, reason: str) -> str:
    """Let an attempt fail with one of the decline reasons, or `authentication_failed` or `wallet_failed`."""
    noun = "payment_intent" if intent["object"] == "payment_intent" else "setup_intent"
    if reason == "authentication_failed":
        message = (
            "We are unable to authenticate your payment method. Please choose a different payment method and try again."
        )
        error: Obj = {"type": "invalid_request_error", "code": f"{noun}_authentication_failure", "message": message}
    elif reason == "wallet_failed":
        message = "The payment was not authorized. Choose a payment method and try again."
        error = {"type": "card_error", "code": "payment_method_provider_decline", "message": message}
    else:
        code, decline_code, message = DECLINES[reason]
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": message}
    intent |= {"status": "requires_payment_method", "next_action": None, "payment_method": None}
    if noun == "payment_intent" and error.get("decline_code"):
        charge = _make_charge(scope, intent, method)
        charge |= {"failure_code": error["code"], "failure_message": message, "status": "failed"}
        charge["outcome"] = charge["outcome"] | {
            "network_status": "declined_by_network",
            "reason": error["decline_code"],
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }
        error["charge"] = intent["latest_charge"] = charge["id"]
        scope.save(charge)
        scope.emit("charge.failed", charge)
    intent[_error_field(intent)] = error | {"payment_method": method}
    scope.save(intent)
    scope.emit("payment_intent.payment_failed" if noun == "payment_intent" else "setup_intent.setup_failed", intent)
    return "requires_payment_method"


def raise_declined(intent: Obj) -> None:
    """Raise the card error an API caller gets when an intent has just been declined."""
    error = intent[_error_field(intent)]
    raise ApiError(
        error["message"],
        status=402,
        kind="card_error",
        code=error["code"],
        commits=True,
        extra={key: error.get(key) for key in ("decline_code", "charge")} | {intent["object"]: intent},
    )


def _make_charge(scope: Scope, intent: Obj, method: Obj) -> Obj:
    charge = scope.make(
        "charge",
        "ch",
        amount=intent["amount"],
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=charge_details(method),
        receipt_email=intent["receipt_email"],
        shipping=intent["shipping"],
        billing_details=method["billing_details"],
        application_fee_amount=intent["application_fee_amount"],
        calculated_statement_descriptor=scope.merchant_name.upper()[:22],
    )
    charge["_after"] = method.get("_after", "")
    charge["receipt_url"] = f"{scope.public_url}/receipts/{charge['id']}"
    charge["refunds"]["url"] = f"/v1/charges/{charge['id']}/refunds"
    return charge


def record_transaction(scope: Scope, source: Obj, amount: int, kind: str, fee: int) -> Obj:
    """Book an amount and its fee on the account's balance."""
    details = (
        [{"amount": fee, "application": None, "currency": source["currency"], "type": "stripe_fee"}] if fee else []
    )
    return scope.save(
        scope.make(
            "balance_transaction",
            "txn",
            amount=amount,
            fee=fee,
            fee_details=details,
            net=amount - fee,
            currency=source["currency"],
            source=source["id"],
            type=kind,
            reporting_category=kind,
            available_on=scope.now,
            description=source.get("description"),
        )
    )


def _make_application_fee(scope: Scope, charge: Obj, amount: int) -> Obj:
    platform = scope.at(PLATFORM)
    fee = platform.make(
        "application_fee",
        "fee",
        account=scope.account,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        originating_transaction=charge["id"],
    )
    fee["balance_transaction"] = record_transaction(platform, fee, amount, "application_fee", 0)["id"]
    platform.save(fee)
    platform.emit("application_fee.created", fee)
    return fee


def make_refund(scope: Scope, charge: Obj, *, amount: int | None, reason: str | None, metadata: Obj) -> Obj:
    """Give money back.

    Raises:
        ApiError: the charge was refunded whole, was never paid, or has less left than asked for.
    """
    left = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"] and not _is_refundable(scope, charge):
        raise ApiError(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if not charge["paid"]:
        raise ApiError(f"Charge {charge['id']} has not succeeded, so it cannot be refunded.", param="charge")
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = left if amount is None else amount
    if amount > left:
        asked, rest = (money_text(value, charge["currency"]) for value in (amount, left))
        raise ApiError(f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})", param="amount")
    refund = scope.make(
        "refund",
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        customer=charge["customer"],
        reason=reason,
        metadata=metadata,
    )
    kind = charge["payment_method_details"]["type"]
    refund["destination_details"] = {"type": kind, kind: {"type": "refund"} if kind == "card" else {}}
    refund["balance_transaction"] = record_transaction(scope, refund, -amount, "refund", 0)["id"]
    refund |= {"_ends": ENDS.get(charge.get("_after", ""))}
    if charge.get("_after") == REFUND_WAITS:
        refund["status"] = "pending"
    scope.save(refund, scope.now + REFUND_DELAY if refund["_ends"] else None)
    total = charge["amount_refunded"] + amount
    charge |= {"amount_refunded": total, "refunded": total == charge["amount"]}
    scope.save(charge)
    scope.emit("refund.created", refund)
    scope.emit("charge.refunded", charge, {"amount_refunded": total - amount})
    return refund


def _is_refundable(scope: Scope, charge: Obj) -> bool:
    """Tell whether the bank only asks, so that money may still go back."""
    return all(one["is_charge_refundable"] for one in scope.store.all("dispute", scope.account, charge=charge["id"]))


def end_refund(scope: Scope, refund: Obj, *, failure_reason: str = "expired_or_canceled_card") -> Obj:
    """Bring a refund to where its card leads it: it arrives, or the money comes back to the merchant."""
    ends, refund["_ends"] = refund.get("_ends"), None
    if ends == "succeeded":
        return scope.update(refund, "refund.updated", status="succeeded")
    if ends != "failed" or refund["status"] == "failed":
        return scope.save(refund)
    charge = scope.get("charge", refund["charge"])
    charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
    scope.save(charge)
    refund |= {"status": "failed", "failure_reason": failure_reason}
    refund["failure_balance_transaction"] = record_transaction(scope, refund, refund["amount"], "refund_failure", 0)[
        "id"
    ]
    scope.save(refund)
    scope.emit("refund.updated", refund, {"status": "succeeded"})
    scope.emit("refund.failed", refund)
    scope.emit("charge.refund.updated", refund, {"status": "succeeded"})
    return refund


def cancel_intent(scope: Scope, intent: Obj, reason: str | None) -> Obj:
    """Cancel a payment intent that has not been paid.

    Raises:
        ApiError: payment_intent_unexpected_state.
    """
    if intent["status"] in FINISHED:
        raise ApiError(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
            extra={"payment_intent": intent},
        )
    intent |= {"status": "canceled", "canceled_at": scope.now, "cancellation_reason": reason, "next_action": None}
    scope.save(intent)
    scope.emit("payment_intent.canceled", intent)
    return intent
