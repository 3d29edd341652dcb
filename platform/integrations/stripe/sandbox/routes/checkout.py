"""Checkout sessions."""

from integrations.stripe.sandbox.checkout import expire_session
from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.money import METHODS, check_chargeable
from integrations.stripe.sandbox.objects import listing, new_id
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.routes.catalog import make_price
from integrations.stripe.sandbox.routes.payments import check_application_fee
from integrations.stripe.sandbox.routes.subscriptions import read_trial_end, read_trial_settings
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.schedule import DAY
from integrations.stripe.sandbox.scope import Scope

MODES = ("payment", "subscription", "setup")
UI_MODES = ("hosted_page", "embedded_page", "elements")
SHORTEST, LONGEST = 30 * 60, DAY
MAX_LINES = 100


@route("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams")
def create_session(call: Call) -> Obj:
    """Open a checkout with a hosted page."""
    scope, params = call.scope, call.params
    mode = params.choice("mode", MODES, params.required("mode"))
    if params.choice("ui_mode", UI_MODES, "hosted_page") != "hosted_page":
        raise ApiError("The sandbox has only the hosted page: leave ui_mode out or send hosted_page.", param="ui_mode")
    if params.has("customer") and params.has("customer_email"):
        raise ApiError("You may only specify one of these parameters: customer, customer_email.", param="customer")
    session = scope.make(
        "checkout.session",
        "cs",
        mode=mode,
        success_url=params.required("success_url"),
        cancel_url=params.text("cancel_url"),
        client_reference_id=params.text("client_reference_id"),
        customer=scope.customer_of(params.required("customer"))["id"] if params.has("customer") else None,
        customer_email=params.text("customer_email"),
        customer_creation=_customer_creation(params, mode),
        metadata=params.metadata(),
        locale=params.text("locale"),
        submit_type=params.text("submit_type"),
        expires_at=_expires_at(scope, params),
        payment_method_collection="always" if mode == "subscription" else "if_required",
    )
    session["id"] = new_id("cs_test", 58)
    session["url"] = f"{scope.public_url}/c/pay/{session['id']}"
    lines = [_line_item(scope, item, mode) for item in params.groups("line_items")]
    _add_totals(params, session, lines)
    session["payment_method_types"] = _method_types(params, session)
    _add_data(scope, params, session)
    scope.save(session, session["expires_at"])
    return session


def _customer_creation(params: Params, mode: str) -> str | None:
    if mode != "payment" or params.has("customer"):
        return None
    return params.choice("customer_creation", ("always", "if_required"), "if_required")


def _expires_at(scope: Scope, params: Params) -> int:
    moment = params.integer("expires_at")
    if moment is None:
        return scope.now + LONGEST
    if not scope.now + SHORTEST - 60 <= moment <= scope.now + LONGEST + 60:
        raise ApiError(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return moment


def _line_item(scope: Scope, params: Params, mode: str) -> Obj:
    if params.has("price_data"):
        price = make_price(scope, params.group("price_data"))
    elif params.has("price"):
        price = scope.get("price", params.required("price"), params.name("price"))
    else:
        raise missing(params.name("price"))
    if mode == "payment" and price["type"] == "recurring":
        raise ApiError(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
            "only one-time prices."
        )
    quantity = params.integer("quantity", 1, minimum=1) or 1
    amount = int(price["unit_amount"] or 0) * quantity
    product = scope.get("product", price["product"])
    return scope.make(
        "item",
        "li",
        amount_subtotal=amount,
        amount_total=amount,
        currency=price["currency"],
        description=product["name"],
        price=price,
        quantity=quantity,
        metadata={},
        _image=(product["images"] or [None])[0],
        _note=product["description"],
    )


def _add_totals(params: Params, session: Obj, lines: list[Obj]) -> None:
    mode = session["mode"]
    if mode == "setup":
        session |= {"currency": params.text("currency"), "_line_items": []}
        return
    if not lines:
        raise missing("line_items")
    if len(lines) > MAX_LINES:
        raise ApiError(f"Up to {MAX_LINES} line items are allowed.", param="line_items")
    if len({line["currency"] for line in lines}) > 1:
        raise ApiError("All line items must have the same currency.", param="line_items")
    if mode == "subscription" and all(line["price"]["type"] != "recurring" for line in lines):
        raise ApiError("You must provide at least one recurring price in `subscription` mode.", param="line_items")
    total, currency = sum(line["amount_total"] for line in lines), lines[0]["currency"]
    if total:
        check_chargeable(total, currency, "line_items", "The Checkout Session's total amount due")
    session |= {"currency": currency, "amount_subtotal": total, "amount_total": total, "_line_items": lines}


def _method_types(params: Params, session: Obj) -> list[str]:
    """Return the methods offered: those asked for, or all that fit currency and mode."""
    asked, currency = params.texts("payment_method_types"), session["currency"]
    fits = [kind for kind, currencies in METHODS.items() if session["mode"] == "payment" and currency in currencies]
    if not asked:
        return ["card", *fits]
    for kind in asked:
        if kind != "card" and kind not in METHODS:
            raise ApiError(
                f"The payment method type provided: {kind} is not in the sandbox.", param="payment_method_types"
            )
        if kind in METHODS and session["mode"] != "payment":
            raise ApiError(f"{kind} cannot be used in {session['mode']} mode.", param="payment_method_types")
        if kind in METHODS and kind not in fits:
            raise ApiError(
                f"The currency provided is invalid for payment method type {kind}: {currency}.",
                param="payment_method_types",
            )
    client = params.group("payment_method_options").group("wechat_pay").text("client")
    if "wechat_pay" in asked and client != "web":
        raise missing("payment_method_options[wechat_pay][client]")
    return asked


def _add_data(scope: Scope, params: Params, session: Obj) -> None:
    mode, data = session["mode"], params.group("payment_intent_data")
    for name, needed in (("payment_intent_data", "payment"), ("subscription_data", "subscription")):
        if params.has(name) and mode != needed:
            raise ApiError(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if mode == "payment":
        fee = data.integer("application_fee_amount", minimum=0)
        param = data.name("application_fee_amount")
        session["_payment"] = {
            "metadata": data.metadata(),
            "description": data.text("description"),
            "setup_future_usage": data.text("setup_future_usage"),
            "statement_descriptor_suffix": data.text("statement_descriptor_suffix"),
            "application_fee_amount": check_application_fee(scope, fee or None, session["amount_total"], param),
            "shipping": data.group("shipping").data or None,
        }
    if mode == "subscription":
        given = params.group("subscription_data")
        end = read_trial_end(scope, given)
        if end and given.has("trial_end") and end < scope.now + 2 * DAY:
            raise ApiError(
                "The `trial_end` date has to be at least 2 days in the future.", param=given.name("trial_end")
            )
        session["_subscription"] = {
            "metadata": given.metadata(),
            "description": given.text("description"),
            "trial_days": given.integer("trial_period_days"),
            "trial_end": end if given.has("trial_end") else None,
            "trial_settings": read_trial_settings(given) if given.has("trial_settings") else None,
        }
        if end:
            session |= {"amount_subtotal": 0, "amount_total": 0}


@route("GET", "/v1/checkout/sessions")
def list_sessions(call: Call) -> Obj:
    """List sessions."""
    return answer_page(call, "checkout.session", "customer", "payment_intent", "subscription", "status")


@route("GET", "/v1/checkout/sessions/{id}")
def retrieve_session(call: Call) -> Obj:
    """Retrieve a session."""
    return call.scope.get("checkout.session", call.id)


@route("POST", "/v1/checkout/sessions/{id}", "checkout.SessionUpdateParams")
def update_session(call: Call) -> Obj:
    """Update a session's metadata."""
    session = call.scope.get("checkout.session", call.id)
    session["metadata"] = call.params.metadata(session["metadata"])
    return call.scope.save(session, session["expires_at"] if session["status"] == "open" else None)


@route("POST", "/v1/checkout/sessions/{id}/expire", "checkout.SessionExpireParams")
def expire(call: Call) -> Obj:
    """Close an open session."""
    return expire_session(call.scope, call.scope.get("checkout.session", call.id))


@route("GET", "/v1/checkout/sessions/{id}/line_items")
def list_line_items(call: Call) -> Obj:
    """List what a session sells."""
    lines = call.scope.get("checkout.session", call.id)["_line_items"]
    limit = call.params.integer("limit", 10) or 10
    after = call.params.text("starting_after")
    start = next((index + 1 for index, line in enumerate(lines) if line["id"] == after), 0)
    shown = lines[start : start + limit]
    return listing(call.path, shown, has_more=start + limit < len(lines))
