"""Customers and payment methods."""

from integrations.stripe.sandbox.cards import Card, deleted, make_card_method, make_wallet_method, method_from_token
from integrations.stripe.sandbox.customers import attach_method, make_customer, read_method
from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.schedule import save_subscription
from integrations.stripe.sandbox.scope import Scope
from integrations.stripe.sandbox.subscriptions import end_subscription

TEXTS = ("name", "email", "phone", "description")
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def _fields(params: Params) -> Obj:
    fields: Obj = {key: params.text(key) for key in TEXTS if key in params}
    if len(fields.get("email") or "") > 512 or ("email" in fields and "@" not in (fields["email"] or "@")):
        raise ApiError(f"Invalid email address: {fields['email']}", code="email_invalid", param="email")
    if "address" in params:
        fields["address"] = (
            {key: params.group("address").text(key) for key in ADDRESS} if params.has("address") else None
        )
    if "shipping" in params:
        fields["shipping"] = params.group("shipping").data or None
    if "preferred_locales" in params:
        fields["preferred_locales"] = params.texts("preferred_locales")
    return fields


@route("POST", "/v1/customers", "CustomerCreateParams")
def create_customer(call: Call) -> Obj:
    """Create a customer."""
    scope, params = call.scope, call.params
    customer = make_customer(scope, metadata=params.metadata(), **_fields(params))
    if params.has("payment_method"):
        attach_method(scope, read_method(scope, params.required("payment_method"), "payment_method"), customer)
    _set_default(scope, params, customer)
    return scope.save(customer)


def _set_default(scope: Scope, params: Params, customer: Obj) -> None:
    settings = params.group("invoice_settings")
    if "default_payment_method" in settings:
        chosen = settings.text("default_payment_method")
        method = read_method(scope, chosen, settings.name("default_payment_method")) if chosen else None
        if method and method["customer"] != customer["id"]:
            raise ApiError(
                "The customer does not have a payment method with the ID " + method["id"],
                code="resource_missing",
                param=settings.name("default_payment_method"),
            )
        customer["invoice_settings"] = customer["invoice_settings"] | {
            "default_payment_method": method["id"] if method else None
        }


@route("GET", "/v1/customers")
def list_customers(call: Call) -> Obj:
    """List customers."""
    return answer_page(call, "customer", "email")


@route("GET", "/v1/customers/{id}")
def retrieve_customer(call: Call) -> Obj:
    """Retrieve a customer, or what is left of a deleted one."""
    return call.scope.get("customer", call.id)


@route("POST", "/v1/customers/{id}", "CustomerUpdateParams")
def update_customer(call: Call) -> Obj:
    """Update a customer."""
    scope, params = call.scope, call.params
    customer = scope.get("customer", call.id)
    if customer.get("deleted"):
        raise ApiError(f"No such customer: '{call.id}'", status=404, code="resource_missing", param="id")
    changes = _fields(params) | {"metadata": params.metadata(customer["metadata"])}
    probe = dict(customer)
    _set_default(scope, params, probe)
    changes["invoice_settings"] = probe["invoice_settings"]
    return scope.update(customer, "customer.updated", **changes)


@route("DELETE", "/v1/customers/{id}")
def delete_customer(call: Call) -> Obj:
    """Delete a customer and cancel its subscriptions."""
    scope = call.scope
    customer = scope.get("customer", call.id)
    for subscription in scope.store.all("subscription", scope.account, customer=call.id):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            end_subscription(scope, subscription)
    left = deleted("customer", call.id)
    scope.save(left)
    scope.emit("customer.deleted", customer)
    return left


@route("GET", "/v1/customers/{id}/payment_methods")
def list_customer_methods(call: Call) -> Obj:
    """List a customer's payment methods."""
    call.scope.get("customer", call.id)
    return answer_page(call, "payment_method", "type", customer=call.id)


@route("POST", "/v1/payment_methods", "PaymentMethodCreateParams")
def create_method(call: Call) -> Obj:
    """Create a payment method from a test card's number or token, or a wallet."""
    scope, params = call.scope, call.params
    kind = params.required("type")
    if kind in ("alipay", "wechat_pay"):
        return make_wallet_method(scope, kind)
    if kind != "card":
        raise ApiError(f"The sandbox knows no payment method type {kind}.", param="type")
    card = params.group("card")
    if card.has("token"):
        method = method_from_token(scope, card.required("token"))
        if method is None:
            raise ApiError(f"No such token: '{card.text('token')}'", code="resource_missing", param="card[token]")
    else:
        month, year = card.integer("exp_month"), card.integer("exp_year")
        if month is None or year is None:
            raise missing("card[exp_month]" if month is None else "card[exp_year]")
        method = make_card_method(scope, Card(card.required("number"), month, year, card.text("cvc") or ""))
    method["metadata"] = params.metadata()
    billing = params.group("billing_details")
    method["billing_details"] |= {key: billing.text(key) for key in ("email", "name", "phone") if key in billing}
    return scope.save(method)


@route("GET", "/v1/payment_methods")
def list_methods(call: Call) -> Obj:
    """List payment methods."""
    return answer_page(call, "payment_method", "customer", "type")


@route("GET", "/v1/payment_methods/{id}")
def retrieve_method(call: Call) -> Obj:
    """Retrieve a payment method."""
    return call.scope.get("payment_method", call.id)


@route("POST", "/v1/payment_methods/{id}/attach", "PaymentMethodAttachParams")
def attach(call: Call) -> Obj:
    """Attach a payment method to a customer."""
    customer = call.scope.customer_of(call.params.required("customer"))
    return attach_method(call.scope, read_method(call.scope, call.id, "id"), customer)


@route("POST", "/v1/payment_methods/{id}/detach")
def detach(call: Call) -> Obj:
    """Detach a payment method from its customer."""
    scope = call.scope
    method = scope.get("payment_method", call.id)
    if not method["customer"]:
        raise ApiError("The payment method you provided is not attached to a customer so detachment is impossible.")
    customer = scope.find("customer", method["customer"])
    if customer and customer["invoice_settings"]["default_payment_method"] == call.id:
        customer["invoice_settings"]["default_payment_method"] = None
        scope.save(customer)
    for subscription in scope.store.all("subscription", scope.account, customer=method["customer"]):
        if subscription["default_payment_method"] == call.id:
            subscription["default_payment_method"] = None
            save_subscription(scope, subscription)
    method["customer"] = None
    scope.save(method)
    scope.emit("payment_method.detached", method)
    return method
