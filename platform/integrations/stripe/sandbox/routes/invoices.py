"""Invoices and what paid them."""

import copy

from integrations.stripe.sandbox.customers import read_method
from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.invoices import build_invoice, finalize_invoice, pay_invoice, void_invoice
from integrations.stripe.sandbox.objects import listing
from integrations.stripe.sandbox.payments import raise_declined
from integrations.stripe.sandbox.routes.subscriptions import PRORATIONS, new_items
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.schedule import items_of, next_boundary, period_of, set_period
from integrations.stripe.sandbox.subscriptions import default_method, period_lines, prorations


@route("GET", "/v1/invoices")
def list_invoices(call: Call) -> Obj:
    """List invoices."""
    return answer_page(call, "invoice", "customer", "status", "subscription", "collection_method")


@route("POST", "/v1/invoices/create_preview", "InvoiceCreatePreviewParams")
def preview_invoice(call: Call) -> Obj:
    """Show what the next invoice of a subscription would be, also with other items; nothing is kept."""
    scope, params = call.scope, call.params
    subscription = copy.deepcopy(scope.get("subscription", params.required("subscription"), "subscription"))
    customer = scope.get("customer", subscription["customer"])
    details = params.group("subscription_details")
    pending = list(subscription.get("_pending", []))
    before = items_of(subscription)
    restarts = False
    if details.items("items"):
        after = new_items(scope, subscription, details)
        old, new = before[0]["price"]["recurring"], after[0]["price"]["recurring"]
        restarts = any(old[key] != new[key] for key in ("interval", "interval_count"))
        behavior = details.choice("proration_behavior", PRORATIONS, "create_prorations")
        if subscription["status"] in ("active", "past_due") and behavior != "none":
            pending += prorations(scope, subscription, before, after, restarts=restarts)
        start, end = period_of(subscription)
        subscription["items"]["data"] = after
        set_period(subscription, start, end)
    start = scope.now if restarts else period_of(subscription)[1]
    recurring = items_of(subscription)[0]["price"]["recurring"]
    anchor = start if restarts else subscription["billing_cycle_anchor"]
    set_period(subscription, start, next_boundary(anchor, recurring, start))
    lines = [*pending, *period_lines(scope, subscription)]
    return build_invoice(scope, subscription, customer, lines, "upcoming")


@route("GET", "/v1/invoices/{id}")
def retrieve_invoice(call: Call) -> Obj:
    """Retrieve an invoice."""
    return call.scope.get("invoice", call.id)


@route("GET", "/v1/invoices/{id}/lines")
def list_lines(call: Call) -> Obj:
    """List an invoice's lines."""
    return listing(call.path, call.scope.get("invoice", call.id)["lines"]["data"])


@route("POST", "/v1/invoices/{id}/finalize", "InvoiceFinalizeInvoiceParams")
def finalize(call: Call) -> Obj:
    """Finalize a draft."""
    return finalize_invoice(call.scope, call.scope.get("invoice", call.id))


@route("POST", "/v1/invoices/{id}/pay", "InvoicePayParams")
def pay(call: Call) -> Obj:
    """Pay an open invoice with the customer's or another payment method."""
    scope, params = call.scope, call.params
    invoice = scope.get("invoice", call.id)
    if invoice["status"] == "paid":
        raise ApiError("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] != "open":
        raise ApiError(f"This invoice can't be paid, its status is {invoice['status']}.", code="invoice_not_editable")
    subscription = scope.find("subscription", invoice["subscription"])
    if params.has("payment_method"):
        method: Obj | None = read_method(scope, params.required("payment_method"), "payment_method")
    else:
        method = default_method(scope, subscription) if subscription else None
    if method is None:
        raise ApiError(
            "There is no `default_payment_method` set on this Customer or Invoice. Please set one or provide a "
            "`payment_method`.",
            code="resource_missing",
        )
    off_session = params.boolean("off_session", True)
    if pay_invoice(scope, invoice, method, off_session=off_session) == "requires_payment_method":
        raise_declined(scope.get("payment_intent", invoice["_payment_intent"]))
    return scope.get("invoice", call.id)


@route("POST", "/v1/invoices/{id}/void", "InvoiceVoidInvoiceParams")
def void(call: Call) -> Obj:
    """Void an open invoice."""
    return void_invoice(call.scope, call.scope.get("invoice", call.id))


@route("GET", "/v1/invoice_payments")
def list_payments(call: Call) -> Obj:
    """List invoice payments."""
    return answer_page(call, "invoice_payment", "invoice", "status")


@route("GET", "/v1/invoice_payments/{id}")
def retrieve_payment(call: Call) -> Obj:
    """Retrieve an invoice payment."""
    return call.scope.get("invoice_payment", call.id)
