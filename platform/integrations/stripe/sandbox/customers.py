"""Making customers and attaching payment methods to them."""

from integrations.stripe.sandbox.cards import method_from_token
from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.objects import new_id
from integrations.stripe.sandbox.scope import Scope


def make_customer(scope: Scope, **fields: object) -> Obj:
    """Create a customer and announce it."""
    customer = scope.make("customer", "cus", invoice_prefix=new_id("x", 8)[2:].upper(), **fields)
    scope.save(customer)
    scope.emit("customer.created", customer)
    return customer


def read_method(scope: Scope, method_id: str, param: str) -> Obj:
    """Return a payment method by id or by one of Stripe's test names."""
    return method_from_token(scope, method_id) or scope.get("payment_method", method_id, param)


def attach_method(scope: Scope, method: Obj, customer: Obj) -> Obj:
    """Attach a payment method to a customer.

    Raises:
        ApiError: it belongs to another customer.
    """
    if method["customer"] == customer["id"]:
        return method
    if method["customer"]:
        raise ApiError("The payment method you provided has already been attached to a customer.")
    method["customer"] = customer["id"]
    scope.save(method)
    scope.emit("payment_method.attached", method)
    return method
