"""Invoices: lines, finalizing, paying, and what a paid one does to its subscription."""

from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.payments import attempt, make_intent
from integrations.stripe.sandbox.schedule import DAY, change_subscription
from integrations.stripe.sandbox.scope import Scope

DESCRIPTIONS = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
    "subscription_update": "Subscription update",
}


def amount_of(item: Obj) -> int:
    """Return what a subscription item costs for a period."""
    return int(item["price"]["unit_amount"] or 0) * int(item["quantity"] or 0)


def make_line(scope: Scope, item: Obj, subscription: Obj, period: tuple[int, int], **changes: Any) -> Obj:
    """Return an invoice line for a subscription item; `amount`, `description` and `proration` may be given."""
    price, quantity = item["price"], item["quantity"]
    product = scope.find("product", price["product"])
    amount = changes.get("amount", amount_of(item))
    line = scope.make(
        "line_item",
        "il",
        amount=amount,
        subtotal=amount,
        currency=price["currency"],
        quantity=quantity,
        description=changes.get("description") or f"{quantity} × {product['name'] if product else 'Item'}",
        period={"start": period[0], "end": period[1]},
        subscription=subscription["id"],
        metadata=dict(subscription["metadata"]),
    )
    line["parent"] = {
        "type": "subscription_item_details",
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": changes.get("proration", False),
            "proration_details": {"credited_items": None},
            "subscription": subscription["id"],
            "subscription_item": item["id"],
        },
    }
    line["pricing"] = {
        "type": "price_details",
        "price_details": {"price": price["id"], "product": price["product"]},
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
    return line


def build_invoice(scope: Scope, subscription: Obj, customer: Obj, lines: list[Obj], reason: str) -> Obj:
    """Return an unsaved draft; the customer's credit balance is taken off what is due."""
    total = sum(line["amount"] for line in lines)
    due = max(0, total + customer["balance"])
    invoice = scope.make(
        "invoice",
        "in",
        account_name=scope.merchant_name,
        amount_due=due,
        amount_remaining=due,
        billing_reason=reason,
        collection_method=subscription["collection_method"],
        currency=subscription["currency"],
        customer=customer["id"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        customer_address=customer["address"],
        customer_phone=customer["phone"],
        default_payment_method=subscription["default_payment_method"],
        period_start=scope.now,
        period_end=scope.now,
        starting_balance=customer["balance"],
        subtotal=total,
        subtotal_excluding_tax=total,
        total=total,
        total_excluding_tax=total,
        # Older answers had it at the top; the fixtures still list the field, and indexes here read it.
        subscription=subscription["id"],
    )
    for line in lines:
        line["invoice"] = invoice["id"]
    invoice["lines"] |= {"data": lines, "url": f"/v1/invoices/{invoice['id']}/lines"}
    details = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
    invoice["parent"] = {"type": "subscription_details", "quote_details": None, "subscription_details": details}
    if subscription["collection_method"] == "send_invoice":
        invoice["due_date"] = scope.now + DAY * (subscription["days_until_due"] or 30)
    return invoice


def issue_invoice(scope: Scope, subscription: Obj, lines: list[Obj], reason: str) -> Obj:
    """Create and finalize an invoice and make it the subscription's latest."""
    customer = scope.get("customer", subscription["customer"])
    invoice = scope.save(build_invoice(scope, subscription, customer, lines, reason))
    scope.emit("invoice.created", invoice)
    finalize_invoice(scope, invoice)
    subscription["latest_invoice"] = invoice["id"]
    return invoice


def finalize_invoice(scope: Scope, invoice: Obj) -> Obj:
    """Give a draft its number and page.

    Raises:
        ApiError: it is no draft.
    """
    if invoice["status"] != "draft":
        raise ApiError("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    customer = scope.get("customer", invoice["customer"])
    number = customer["next_invoice_sequence"]
    left = invoice["total"] + invoice["starting_balance"]
    customer |= {"next_invoice_sequence": number + 1, "balance": min(0, left)}
    scope.save(customer)
    url = f"{scope.public_url}/i/{invoice['id']}"
    invoice |= {
        "status": "open",
        "number": f"{customer['invoice_prefix']}-{number:04d}",
        "effective_at": scope.now,
        "ending_balance": min(0, left),
        "hosted_invoice_url": url,
        "invoice_pdf": f"{url}/print",
        "webhooks_delivered_at": scope.now,
    }
    invoice["status_transitions"] |= {"finalized_at": scope.now}
    scope.save(invoice)
    scope.emit("invoice.finalized", invoice)
    if invoice["collection_method"] == "send_invoice":
        scope.emit("invoice.sent", invoice)
    return invoice


def intent_for(scope: Scope, invoice: Obj) -> Obj:
    """Return the invoice's payment intent, made at the first try to pay."""
    found = scope.find("payment_intent", invoice.get("_payment_intent"))
    if found:
        return found
    intent = make_intent(
        scope,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        description=DESCRIPTIONS.get(invoice["billing_reason"], "Invoice"),
        setup_future_usage="off_session",
        _owner=invoice["id"],
    )
    link_intent(scope, invoice, intent)
    return intent


def link_intent(scope: Scope, invoice: Obj, intent: Obj) -> None:
    """Record which payment intent pays an invoice."""
    payment = scope.make(
        "invoice_payment",
        "inpay",
        amount_requested=intent["amount"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
    )
    scope.save(payment)
    invoice |= {"_payment_intent": intent["id"], "_payment": payment["id"]}
    scope.save(invoice)


def pay_invoice(scope: Scope, invoice: Obj, method: Obj | None, *, off_session: bool = True) -> str:
    """Try to pay an open invoice; return `succeeded`, `requires_action` or `requires_payment_method`."""
    if invoice["status"] == "paid":
        return "succeeded"
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
    if invoice["amount_due"] == 0:
        mark_paid(scope, invoice)
        return "succeeded"
    if method is None:
        scope.save(invoice)
        scope.emit("invoice.payment_failed", invoice)
        return "requires_payment_method"
    status = attempt(scope, intent_for(scope, invoice), method, off_session=off_session)
    scope.save(invoice)
    if status == "succeeded":
        mark_paid(scope, invoice)
    elif status == "requires_action":
        scope.emit("invoice.payment_action_required", invoice)
    else:
        scope.emit("invoice.payment_failed", invoice)
    return status


def mark_paid(scope: Scope, invoice: Obj) -> None:
    """Close an invoice as paid and bring its subscription back to active."""
    if invoice["status"] == "paid":
        return
    invoice |= {
        "status": "paid",
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "attempted": True,
        "auto_advance": False,
        "next_payment_attempt": None,
    }
    invoice["status_transitions"] |= {"paid_at": scope.now}
    scope.save(invoice)
    payment = scope.find("invoice_payment", invoice.get("_payment"))
    if payment:
        payment |= {"status": "paid", "amount_paid": invoice["amount_due"]}
        payment["status_transitions"] |= {"paid_at": scope.now}
        scope.save(payment)
        scope.emit("invoice_payment.paid", payment)
    scope.emit("invoice.paid", invoice)
    scope.emit("invoice.payment_succeeded", invoice)
    subscription = scope.find("subscription", invoice["subscription"])
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    was = subscription["status"]
    if was in ("incomplete", "past_due", "unpaid") or (was == "paused" and subscription.get("_resuming")):
        change_subscription(
            scope,
            subscription,
            status="active",
            _retry_at=None,
            _retries=0,
            _unpaid_after=None,
            _resuming=None,
        )
        if was == "paused":
            scope.emit("customer.subscription.resumed", subscription)


def void_invoice(scope: Scope, invoice: Obj) -> Obj:
    """Void an open invoice.

    Raises:
        ApiError: it is not open.
    """
    if invoice["status"] not in ("open", "uncollectible"):
        raise ApiError(f"You can only void open invoices, this one is {invoice['status']}.")
    invoice["status_transitions"] |= {"voided_at": scope.now}
    scope.save(invoice | {"status": "void"})
    invoice["status"] = "void"
    scope.emit("invoice.voided", invoice)
    return invoice
