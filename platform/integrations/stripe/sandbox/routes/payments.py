"""Payment intents, setup intents, charges, refunds and the balance."""

from integrations.stripe.sandbox.customers import attach_method, read_method
from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.money import check_chargeable, check_currency
from integrations.stripe.sandbox.objects import template
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.payments import (
    FINISHED,
    attempt,
    cancel_intent,
    make_intent,
    make_refund,
    make_setup_intent,
    raise_declined,
)
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.scope import PLATFORM, Scope

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def check_application_fee(scope: Scope, fee: int | None, amount: int, param: str) -> int | None:
    """Refuse an application fee without a connected account, or above the amount.

    Raises:
        ApiError: either of these.
    """
    if fee is None:
        return None
    if scope.account == PLATFORM:
        raise ApiError(
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an "
            "OAuth key or Stripe-Account header) or destination payment (using `transfer_data[destination]`).",
            param=param,
        )
    if fee > amount:
        raise ApiError("The application fee must not be greater than the amount.", param=param)
    return fee


@route("POST", "/v1/payment_intents", "PaymentIntentCreateParams")
def create_intent(call: Call) -> Obj:
    """Create a payment intent, and confirm it where asked."""
    scope, params = call.scope, call.params
    amount = params.integer("amount", minimum=1)
    if amount is None:
        raise missing("amount")
    currency = check_currency(params.required("currency"), "currency")
    check_chargeable(amount, currency, "amount")
    automatic = None if "payment_method_types" in params else {"allow_redirects": "always", "enabled": True}
    fee = params.integer("application_fee_amount", minimum=1)
    intent = make_intent(
        scope,
        amount=amount,
        currency=currency,
        automatic_payment_methods=automatic,
        application_fee_amount=check_application_fee(scope, fee, amount, "application_fee_amount"),
        customer=scope.customer_of(params.required("customer"))["id"] if params.has("customer") else None,
        payment_method_types=params.texts("payment_method_types") or ["card"],
        metadata=params.metadata(),
        description=params.text("description"),
        receipt_email=params.text("receipt_email"),
        setup_future_usage=params.text("setup_future_usage"),
        statement_descriptor=params.text("statement_descriptor"),
        statement_descriptor_suffix=params.text("statement_descriptor_suffix"),
        transfer_group=params.text("transfer_group"),
        shipping=params.group("shipping").data or None,
    )
    if params.boolean("confirm"):
        return _confirm(scope, params, intent)
    if params.has("payment_method"):
        intent |= {
            "payment_method": read_method(scope, params.required("payment_method"), "payment_method")["id"],
            "status": "requires_confirmation",
        }
    return scope.save(intent)


def _confirm(scope: Scope, params: Params, intent: Obj) -> Obj:
    if intent["status"] in FINISHED:
        noun = "PaymentIntent" if intent["object"] == "payment_intent" else "SetupIntent"
        raise ApiError(
            f"You cannot confirm this {noun} because it has already {intent['status']}.",
            code=f"{intent['object']}_unexpected_state",
            extra={intent["object"]: intent},
        )
    chosen = params.text("payment_method") or intent["payment_method"]
    if not chosen:
        raise ApiError(
            f"You cannot confirm this {intent['object']} because it's missing a payment method.",
            code=f"{intent['object']}_unexpected_state",
            extra={intent["object"]: intent},
        )
    method = read_method(scope, chosen, "payment_method")
    intent["_return_url"] = params.text("return_url")
    status = attempt(scope, intent, method, off_session=params.boolean("off_session"))
    if status == "requires_payment_method":
        raise_declined(intent)
    if status == "succeeded" and intent["customer"] and (intent.get("setup_future_usage") or "usage" in intent):
        attach_method(scope, method, scope.get("customer", intent["customer"]))
    return intent


@route("GET", "/v1/payment_intents")
def list_intents(call: Call) -> Obj:
    """List payment intents."""
    return answer_page(call, "payment_intent", "customer")


@route("GET", "/v1/payment_intents/{id}")
def retrieve_intent(call: Call) -> Obj:
    """Retrieve a payment intent."""
    return call.scope.get("payment_intent", call.id)


@route("POST", "/v1/payment_intents/{id}", "PaymentIntentUpdateParams")
def update_intent(call: Call) -> Obj:
    """Update a payment intent."""
    scope, params = call.scope, call.params
    intent = scope.get("payment_intent", call.id)
    intent["metadata"] = params.metadata(intent["metadata"])
    intent |= {key: params.text(key) for key in ("description", "receipt_email") if key in params}
    amount = params.integer("amount", minimum=1)
    if amount is not None:
        if intent["status"] in FINISHED:
            raise ApiError("The amount of a finished PaymentIntent cannot change.", param="amount")
        check_chargeable(amount, intent["currency"], "amount")
        intent["amount"] = amount
    if params.has("payment_method") and intent["status"] not in FINISHED:
        method = read_method(scope, params.required("payment_method"), "payment_method")
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return scope.save(intent)


@route("POST", "/v1/payment_intents/{id}/confirm", "PaymentIntentConfirmParams")
def confirm_intent(call: Call) -> Obj:
    """Confirm a payment intent."""
    return _confirm(call.scope, call.params, call.scope.get("payment_intent", call.id))


@route("POST", "/v1/payment_intents/{id}/cancel", "PaymentIntentCancelParams")
def cancel(call: Call) -> Obj:
    """Cancel a payment intent."""
    return cancel_intent(call.scope, call.scope.get("payment_intent", call.id), call.params.text("cancellation_reason"))


@route("POST", "/v1/setup_intents", "SetupIntentCreateParams")
def create_setup(call: Call) -> Obj:
    """Create a setup intent, and confirm it where asked."""
    scope, params = call.scope, call.params
    intent = make_setup_intent(
        scope,
        customer=scope.customer_of(params.required("customer"))["id"] if params.has("customer") else None,
        metadata=params.metadata(),
        description=params.text("description"),
        usage=params.text("usage", "off_session"),
    )
    return _confirm(scope, params, intent) if params.boolean("confirm") else intent


@route("GET", "/v1/setup_intents")
def list_setups(call: Call) -> Obj:
    """List setup intents."""
    return answer_page(call, "setup_intent", "customer")


@route("GET", "/v1/setup_intents/{id}")
def retrieve_setup(call: Call) -> Obj:
    """Retrieve a setup intent."""
    return call.scope.get("setup_intent", call.id)


@route("POST", "/v1/setup_intents/{id}/confirm", "SetupIntentConfirmParams")
def confirm_setup(call: Call) -> Obj:
    """Confirm a setup intent."""
    return _confirm(call.scope, call.params, call.scope.get("setup_intent", call.id))


@route("GET", "/v1/charges")
def list_charges(call: Call) -> Obj:
    """List charges."""
    return answer_page(call, "charge", "customer", "payment_intent")


@route("GET", "/v1/charges/{id}")
def retrieve_charge(call: Call) -> Obj:
    """Retrieve a charge."""
    return call.scope.get("charge", call.id)


@route("GET", "/v1/charges/{id}/refunds")
def list_charge_refunds(call: Call) -> Obj:
    """List a charge's refunds."""
    return answer_page(call, "refund", charge=call.scope.get("charge", call.id)["id"])


@route("POST", "/v1/refunds", "RefundCreateParams")
def create_refund(call: Call) -> Obj:
    """Refund a charge, named itself or by its payment intent."""
    scope, params = call.scope, call.params
    if params.has("charge"):
        charge = scope.get("charge", params.required("charge"), "charge")
    elif params.has("payment_intent"):
        intent = scope.get("payment_intent", params.required("payment_intent"), "payment_intent")
        if intent["status"] != "succeeded":
            raise ApiError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        charge = scope.get("charge", intent["latest_charge"], "charge")
    else:
        raise ApiError("One of the following params should be provided for this request: payment_intent or charge.")
    reason = params.choice("reason", REASONS, "requested_by_customer") if params.has("reason") else None
    amount = params.integer("amount", minimum=1)
    return make_refund(scope, charge, amount=amount, reason=reason, metadata=params.metadata())


@route("GET", "/v1/refunds")
def list_refunds(call: Call) -> Obj:
    """List refunds."""
    return answer_page(call, "refund", "charge", "payment_intent")


@route("GET", "/v1/refunds/{id}")
def retrieve_refund(call: Call) -> Obj:
    """Retrieve a refund."""
    return call.scope.get("refund", call.id)


@route("POST", "/v1/refunds/{id}", "RefundUpdateParams")
def update_refund(call: Call) -> Obj:
    """Update a refund's metadata."""
    refund = call.scope.get("refund", call.id)
    return call.scope.update(refund, "refund.updated", metadata=call.params.metadata(refund["metadata"]))


@route("GET", "/v1/balance")
def retrieve_balance(call: Call) -> Obj:
    """Sum the account's balance transactions by currency."""
    sums: dict[str, int] = {}
    for transaction in call.scope.store.all("balance_transaction", call.scope.account):
        sums[transaction["currency"]] = sums.get(transaction["currency"], 0) + transaction["net"]
    sums = sums or {"usd": 0}
    available = [{"amount": amount, "currency": key, "source_types": {"card": amount}} for key, amount in sums.items()]
    pending = [{"amount": 0, "currency": key, "source_types": {"card": 0}} for key in sums]
    reserved = [{"amount": 0, "currency": key} for key in sums]
    return template("balance", available=available, pending=pending, connect_reserved=reserved)


@route("GET", "/v1/balance_transactions")
def list_transactions(call: Call) -> Obj:
    """List balance transactions."""
    return answer_page(call, "balance_transaction", "type", "currency")


@route("GET", "/v1/balance_transactions/{id}")
def retrieve_transaction(call: Call) -> Obj:
    """Retrieve a balance transaction."""
    return call.scope.get("balance_transaction", call.id)


@route("GET", "/v1/application_fees")
def list_fees(call: Call) -> Obj:
    """List application fees."""
    return answer_page(call, "application_fee", "charge")
