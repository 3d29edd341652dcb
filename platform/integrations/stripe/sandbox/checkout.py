"""What a hosted checkout does when its page is paid, fails, or runs out of time."""

from integrations.stripe.sandbox.customers import attach_method, make_customer
from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.invoices import mark_paid, pay_invoice
from integrations.stripe.sandbox.payments import (
    FINISHED,
    attempt,
    cancel_intent,
    make_intent,
    make_setup_intent,
)
from integrations.stripe.sandbox.schedule import DAY, change_subscription, items_of
from integrations.stripe.sandbox.scope import Scope
from integrations.stripe.sandbox.subscriptions import NewSubscription, start_subscription

PLACEHOLDER = "{CHECKOUT_SESSION_ID}"


def success_address(session: Obj) -> str:
    """Return where a paid session sends the payer."""
    return str(session["success_url"]).replace(PLACEHOLDER, session["id"])


def wanted_items(scope: Scope, session: Obj) -> list[tuple[Obj, int, dict[str, str]]]:
    """Return price, quantity and metadata of the recurring lines."""
    return [
        (scope.get("price", line["price"]["id"]), line["quantity"], {})
        for line in session["_line_items"]
        if line["price"]["type"] == "recurring"
    ]


def amount_now(session: Obj) -> int:
    """Return what the payer is charged at once: nothing for a trial or a saved card."""
    return int(session["amount_total"] or 0)


def trial_end(session: Obj, now: int) -> int | None:
    """Return when the subscription's trial ends if it starts now."""
    data = session.get("_subscription", {})
    if data.get("trial_days"):
        return now + int(data["trial_days"]) * DAY
    end = data.get("trial_end")
    return end if end and end > now else None


def intent_of(scope: Scope, session: Obj, email: str | None) -> Obj:
    """Return the session's payment or setup intent, made at the first try to pay."""
    found = scope.store.find(session.get("_intent", ""), scope.account)
    if found:
        return found
    amount = amount_now(session)
    data = session.get("_payment", {})
    if amount:
        intent = make_intent(
            scope,
            amount=amount,
            currency=session["currency"],
            customer=session["customer"],
            metadata=data.get("metadata", {}),
            description=data.get("description"),
            receipt_email=email,
            application_fee_amount=data.get("application_fee_amount"),
            setup_future_usage=data.get("setup_future_usage"),
            statement_descriptor_suffix=data.get("statement_descriptor_suffix"),
            payment_method_types=session["payment_method_types"],
            shipping=data.get("shipping"),
            _owner=session["id"],
        )
    else:
        intent = make_setup_intent(scope, customer=session["customer"], _owner=session["id"])
    session["_intent"] = intent["id"]
    scope.save(session, session["expires_at"])
    return intent


def pay_session(scope: Scope, session: Obj, method: Obj, *, email: str, name: str | None) -> str:
    """Try to pay an open session; return the intent's status. The session is complete once that is `succeeded`."""
    session |= {"_email": email, "_name": name}
    if amount_now(session) == 0 and session["mode"] == "payment":
        complete_session(scope, session, None, method)
        return "succeeded"
    intent = intent_of(scope, session, email)
    status = attempt(scope, intent, method)
    scope.save(session, session["expires_at"])
    if status == "succeeded":
        complete_session(scope, session, intent, method)
    return status


def complete_session(scope: Scope, session: Obj, intent: Obj | None, method: Obj) -> None:
    """Finish a session whose money has come: customer, subscription and `checkout.session.completed`."""
    if session["status"] != "open":
        return
    customer = _customer_for(scope, session, method)
    session |= {"status": "complete", "customer": customer["id"] if customer else None, "url": None}
    session["customer_details"] = _details(session, customer)
    session["payment_status"] = "paid" if intent and intent["object"] == "payment_intent" else "no_payment_required"
    if customer and intent and not intent["customer"]:
        intent["customer"] = customer["id"]
        scope.save(intent)
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"] if intent else None
    elif session["mode"] == "setup":
        session["setup_intent"] = intent["id"] if intent else None
    elif customer:
        _start(scope, session, customer, intent, method)
    session["_intent"] = intent["id"] if intent else None
    scope.save(session)
    scope.emit("checkout.session.completed", session)


def _start(scope: Scope, session: Obj, customer: Obj, intent: Obj | None, method: Obj) -> None:
    data = session.get("_subscription", {})
    end = trial_end(session, scope.now)
    fields: Obj = {"metadata": data.get("metadata", {}), "description": data.get("description")}
    if data.get("trial_settings"):
        fields["trial_settings"] = data["trial_settings"]
    new = NewSubscription(
        customer=customer,
        items=wanted_items(scope, session),
        trial_end=end,
        default_payment_method=method["id"],
        fields=fields,
    )
    paid_by = intent if intent and intent["object"] == "payment_intent" else None
    subscription = start_subscription(scope, new, paid_by=paid_by)
    session |= {"subscription": subscription["id"], "invoice": subscription["latest_invoice"]}


def _customer_for(scope: Scope, session: Obj, method: Obj) -> Obj | None:
    customer = scope.find("customer", session["customer"])
    if customer is None and (session["mode"] != "payment" or session["customer_creation"] == "always"):
        customer = make_customer(scope, email=session["_email"], name=session["_name"])
    keeps = session["mode"] != "payment" or session.get("_payment", {}).get("setup_future_usage")
    if customer and keeps and method["type"] == "card":
        attach_method(scope, method, customer)
    return customer


def _details(session: Obj, customer: Obj | None) -> Obj:
    address = customer["address"] if customer else None
    unset = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": address or unset,
        "business_name": None,
        "individual_name": None,
        "email": session["_email"],
        "name": session["_name"] or (customer["name"] if customer else None),
        "phone": customer["phone"] if customer else None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def expire_session(scope: Scope, session: Obj) -> Obj:
    """Close an open session.

    Raises:
        ApiError: it is not open any more.
    """
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"{session['status']}."
        )
    session |= {"status": "expired", "url": None}
    scope.save(session)
    intent = scope.find("payment_intent", session.get("_intent"))
    if intent and intent["status"] not in FINISHED:
        cancel_intent(scope, intent, "automatic")
    scope.emit("checkout.session.expired", session)
    return session


def settle_owner(scope: Scope, intent: Obj) -> str | None:
    """Finish what a just confirmed intent was for; return where its payer goes next, None where nowhere."""
    owner = scope.store.find(intent.get("_owner") or "", scope.account)
    method = scope.get("payment_method", intent["payment_method"])
    if owner is None:
        return intent.get("_return_url")
    if owner["object"] == "checkout.session":
        complete_session(scope, owner, intent, method)
        return success_address(owner)
    if owner["object"] == "billing_portal.session":
        set_default_method(scope, scope.get("customer", owner["customer"]), method)
        return str(owner["url"])
    mark_paid(scope, owner)
    keep_as_default(scope, owner, method)
    return str(owner["hosted_invoice_url"])


def pay_open_invoice(scope: Scope, invoice: Obj, method: Obj) -> str:
    """Pay an invoice from its own page and keep a card for the next ones; return the intent's status."""
    status = pay_invoice(scope, invoice, method, off_session=False)
    if status == "succeeded":
        keep_as_default(scope, invoice, method)
    return status


def keep_as_default(scope: Scope, invoice: Obj, method: Obj) -> None:
    """Make a card that paid an invoice the one its subscription is charged with."""
    subscription = scope.find("subscription", invoice["subscription"])
    if method["type"] != "card" or subscription is None or not items_of(subscription):
        return
    set_default_method(scope, scope.get("customer", invoice["customer"]), method)


def set_default_method(scope: Scope, customer: Obj, method: Obj) -> None:
    """Attach a card and make it the default of a customer and of its running subscriptions."""
    attach_method(scope, method, customer)
    settings = customer["invoice_settings"] | {"default_payment_method": method["id"]}
    scope.update(customer, "customer.updated", invoice_settings=settings)
    for subscription in scope.store.all("subscription", scope.account, customer=customer["id"]):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            change_subscription(scope, subscription, default_payment_method=method["id"])
