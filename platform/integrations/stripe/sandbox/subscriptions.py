"""Subscriptions: starting, changing, ending, and what the clock does to them."""

import copy
from dataclasses import dataclass, field
from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.invoices import (
    amount_of,
    issue_invoice,
    link_intent,
    make_line,
    mark_paid,
    pay_invoice,
    void_invoice,
)
from integrations.stripe.sandbox.objects import template
from integrations.stripe.sandbox.payments import raise_declined
from integrations.stripe.sandbox.schedule import (
    RETRY_DELAYS,
    TRIAL_NOTICE,
    change_subscription,
    items_of,
    next_boundary,
    period_of,
    save_subscription,
    set_period,
)
from integrations.stripe.sandbox.scope import Scope

Wanted = tuple[Obj, int, dict[str, str]]


@dataclass
class NewSubscription:
    """What a subscription is started with; `items` are (price, quantity, metadata)."""

    customer: Obj
    items: list[Wanted]
    trial_end: int | None = None
    default_payment_method: str | None = None
    payment_behavior: str = "allow_incomplete"
    fields: dict[str, Any] = field(default_factory=dict)


def make_item(scope: Scope, subscription_id: str, wanted: Wanted) -> Obj:
    """Return a subscription item with the plan that mirrors its price."""
    price, quantity, metadata = wanted
    recurring = price["recurring"]
    if recurring is None:
        raise ApiError(
            f"The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`: "
            f"{price['id']}",
            param="items[0][price]",
        )
    plan = template(
        "plan", **{key: price[key] for key in ("id", "active", "created", "currency", "product", "metadata")}
    )
    plan |= {"amount": price["unit_amount"], "amount_decimal": price["unit_amount_decimal"]}
    plan |= {"interval": recurring["interval"], "interval_count": recurring["interval_count"]}
    return scope.make(
        "subscription_item",
        "si",
        price=price,
        plan=plan,
        quantity=quantity,
        metadata=metadata,
        subscription=subscription_id,
    )


def default_method(scope: Scope, subscription: Obj) -> Obj | None:
    """Return the payment method that a subscription is charged with."""
    customer = scope.find("customer", subscription["customer"])
    chosen = subscription["default_payment_method"]
    if not chosen and customer and not customer.get("deleted"):
        chosen = customer["invoice_settings"]["default_payment_method"]
    return scope.find("payment_method", chosen)


def period_lines(scope: Scope, subscription: Obj, *, free: bool = False) -> list[Obj]:
    """Return a line for every item for the current period."""
    period = period_of(subscription)
    if not free:
        return [make_line(scope, item, subscription, period) for item in items_of(subscription)]
    return [
        make_line(scope, item, subscription, period, amount=0, description="Trial period")
        for item in items_of(subscription)
    ]


def prepare_subscription(scope: Scope, new: NewSubscription) -> Obj:
    """Return an unsaved subscription with its items and first period."""
    subscription = scope.make(
        "subscription",
        "sub",
        customer=new.customer["id"],
        default_payment_method=new.default_payment_method,
        start_date=scope.now,
        currency=new.items[0][0]["currency"],
        **new.fields,
    )
    subscription["items"] |= {
        "data": [make_item(scope, subscription["id"], wanted) for wanted in new.items],
        "url": f"/v1/subscription_items?subscription={subscription['id']}",
    }
    check_items(items_of(subscription))
    anchor, end = scope.now, new.trial_end
    if end:
        anchor = end
        subscription |= {"trial_start": scope.now, "trial_end": end}
    recurring = items_of(subscription)[0]["price"]["recurring"]
    subscription["billing_cycle_anchor"] = anchor
    set_period(subscription, scope.now, end or next_boundary(anchor, recurring, scope.now))
    if subscription["cancel_at_period_end"]:
        subscription["cancel_at"] = period_of(subscription)[1]
    return subscription


def check_items(items: list[Obj]) -> None:
    """Refuse items that cannot be billed together.

    Raises:
        ApiError: different currencies or intervals, or nothing left.
    """
    if not items:
        raise ApiError("A subscription must have at least one active item.", param="items")
    terms = {
        (i["price"]["currency"], i["price"]["recurring"]["interval"], i["price"]["recurring"]["interval_count"])
        for i in items
    }
    if len(terms) > 1:
        raise ApiError("All prices on a subscription must have the same currency and interval.", param="items")


def start_subscription(scope: Scope, new: NewSubscription, *, paid_by: Obj | None = None) -> Obj:
    """Start a subscription, bill its first period or start its trial, and announce it.

    `paid_by` is a payment intent that has already taken the first amount, as on a hosted checkout.
    """
    subscription = prepare_subscription(scope, new)
    method = default_method(scope, subscription)
    trialing = subscription["trial_end"] is not None
    by_invoice = subscription["collection_method"] == "send_invoice"
    lines = period_lines(scope, subscription, free=trialing)
    is_free = sum(line["amount"] for line in lines) == 0
    if not (method or is_free or by_invoice or paid_by or new.payment_behavior == "default_incomplete"):
        raise ApiError(
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method.",
            code="resource_missing",
        )
    settled = is_free or by_invoice or paid_by is not None
    subscription["status"] = "trialing" if trialing else "active" if settled else "incomplete"
    save_subscription(scope, subscription)
    scope.emit("customer.subscription.created", subscription)
    invoice = issue_invoice(scope, subscription, lines, "subscription_create")
    if by_invoice and not is_free:
        subscription["_unpaid_after"] = invoice["due_date"]
    save_subscription(scope, subscription)
    if paid_by is not None:
        from_checkout(scope, invoice, paid_by)
    elif is_free:
        mark_paid(scope, invoice)
    elif not by_invoice and new.payment_behavior != "default_incomplete":
        status = pay_invoice(scope, invoice, method, off_session=False)
        if status != "succeeded" and new.payment_behavior == "error_if_incomplete":
            refuse_first_payment(scope, invoice)
    return scope.get("subscription", subscription["id"])


def refuse_first_payment(scope: Scope, invoice: Obj) -> None:
    """Raise the card error of a first payment that had to succeed; nothing of the subscription stays."""
    intent = scope.get("payment_intent", invoice["_payment_intent"])
    if intent["last_payment_error"] is None:
        raise ApiError(
            "Payment for this subscription requires additional user action.",
            status=402,
            kind="card_error",
            code="subscription_payment_intent_requires_action",
        )
    try:
        raise_declined(intent)
    except ApiError as error:
        error.commits = False
        raise


def from_checkout(scope: Scope, invoice: Obj, intent: Obj) -> None:
    """Settle a first invoice with the payment intent that a hosted checkout took."""

    link_intent(scope, invoice, intent)
    invoice["attempt_count"] = 1
    mark_paid(scope, invoice)


def end_subscription(scope: Scope, subscription: Obj, *, reason: str | None = "cancellation_requested") -> Obj:
    """Cancel a subscription now.

    Raises:
        ApiError: it has ended already.
    """
    if subscription["status"] in ("canceled", "incomplete_expired"):
        raise ApiError(f"No such subscription: '{subscription['id']}'", status=404, code="resource_missing", param="id")
    details = subscription["cancellation_details"] | {"reason": reason}
    subscription |= {"status": "canceled", "ended_at": scope.now, "cancellation_details": details}
    subscription["canceled_at"] = subscription["canceled_at"] or scope.now
    save_subscription(scope, subscription)
    scope.emit("customer.subscription.deleted", subscription)
    return subscription


def prorations(scope: Scope, subscription: Obj, before: list[Obj], after: list[Obj], *, restarts: bool) -> list[Obj]:
    """Return credit lines for the unused time of old items and debit lines for the rest of the period of new ones.

    Where the interval changes the period starts anew, so only the credits are returned.
    """
    start, end = period_of(subscription)
    left, whole = max(0, end - scope.now), max(1, end - start)
    lines = []
    for sign, items, word in ((-1, before, "Unused time"), (1, [] if restarts else after, "Remaining time")):
        for item in items:
            amount = sign * ((2 * amount_of(item) * left + whole) // (2 * whole))
            product = scope.find("product", item["price"]["product"])
            text = f"{word} on {item['quantity']} × {product['name'] if product else 'Item'}"
            lines.append(
                make_line(scope, item, subscription, (scope.now, end), amount=amount, description=text, proration=True)
            )
    return lines


def change_items(scope: Scope, subscription: Obj, items: list[Obj], behavior: str) -> Obj:
    """Replace the items, prorating unless the subscription is on trial or `behavior` is `none`; return it."""
    before = copy.deepcopy(items_of(subscription))
    check_items(items)
    old_terms, new_terms = before[0]["price"]["recurring"], items[0]["price"]["recurring"]
    restarts = subscription["status"] != "trialing" and any(
        old_terms[key] != new_terms[key] for key in ("interval", "interval_count")
    )
    start, end = period_of(subscription)
    lines: list[Obj] = []
    kept = {item["id"]: (item["price"]["id"], item["quantity"]) for item in items}
    dropped = [item for item in before if kept.get(item["id"]) != (item["price"]["id"], item["quantity"])]
    was = {item["id"]: (item["price"]["id"], item["quantity"]) for item in before}
    added = [item for item in items if was.get(item["id"]) != (item["price"]["id"], item["quantity"])]
    if subscription["status"] in ("active", "past_due") and behavior != "none":
        lines = prorations(scope, subscription, dropped, added, restarts=restarts)
    for gone in {item["id"] for item in before} - set(kept):
        scope.store.delete(gone, scope.account)
    changed = copy.deepcopy(subscription)
    changed["items"]["data"] = items
    set_period(changed, start, end)
    pending = [*subscription.get("_pending", []), *lines]
    if restarts:
        set_period(changed, scope.now, next_boundary(scope.now, new_terms, scope.now))
        changed["billing_cycle_anchor"] = scope.now
        pending += period_lines(scope, changed)
    invoice_now = restarts or behavior == "always_invoice"
    invoice = issue_invoice(scope, changed, pending, "subscription_update") if invoice_now and pending else None
    change_subscription(
        scope,
        subscription,
        items=changed["items"],
        billing_cycle_anchor=changed["billing_cycle_anchor"],
        latest_invoice=changed["latest_invoice"],
        _pending=[] if invoice_now else pending,
    )
    if invoice and subscription["collection_method"] == "charge_automatically":
        collect(scope, subscription, invoice)
    return scope.get("subscription", subscription["id"])


def collect(scope: Scope, subscription: Obj, invoice: Obj) -> None:
    """Charge an invoice; a failure makes the subscription past due and plans the next try."""
    if invoice["status"] != "open":
        change_subscription(scope, subscription, _retry_at=None)
        return
    if pay_invoice(scope, invoice, default_method(scope, subscription)) == "succeeded":
        return
    subscription = scope.get("subscription", subscription["id"])
    tries = subscription.get("_retries") or 0
    if tries >= len(RETRY_DELAYS):
        final = scope.store.meta("dunning_end", "canceled")
        if final == "canceled":
            end_subscription(scope, subscription, reason="payment_failed")
        else:
            change_subscription(scope, subscription, status=final, _retry_at=None)
        return
    retry_at = scope.now + RETRY_DELAYS[tries]
    invoice["next_payment_attempt"] = retry_at
    scope.save(invoice)
    change_subscription(scope, subscription, status="past_due", _retry_at=retry_at, _retries=tries + 1)


def end_trial(scope: Scope, subscription: Obj) -> None:
    """Let a trial end: bill it, or pause or cancel it where no payment method is there."""
    action = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    missing = default_method(scope, subscription) is None and subscription["collection_method"] != "send_invoice"
    if missing and action == "cancel":
        end_subscription(scope, subscription, reason=None)
    elif missing and action == "pause":
        change_subscription(scope, subscription, status="paused")
        scope.emit("customer.subscription.paused", subscription)
    else:
        renew(scope, subscription)


def renew(scope: Scope, subscription: Obj) -> None:
    """Start the next period and bill it."""
    recurring = items_of(subscription)[0]["price"]["recurring"]
    changed = copy.deepcopy(subscription)
    set_period(changed, scope.now, next_boundary(changed["billing_cycle_anchor"], recurring, scope.now))
    lines = [*period_lines(scope, changed), *subscription.get("_pending", [])]
    invoice = issue_invoice(scope, changed, lines, "subscription_cycle")
    change_subscription(
        scope,
        subscription,
        items=changed["items"],
        latest_invoice=invoice["id"],
        status="active" if subscription["status"] == "trialing" else subscription["status"],
        _pending=[],
        _retries=0,
        _retry_at=None,
        _unpaid_after=invoice["due_date"],
    )
    if subscription["collection_method"] == "charge_automatically":
        collect(scope, subscription, invoice)


def resume(scope: Scope, subscription: Obj) -> Obj:
    """Start a paused subscription again with a period from now on; it turns active once that is paid.

    Raises:
        ApiError: it is not paused.
    """
    if subscription["status"] != "paused":
        raise ApiError("Only paused subscriptions can be resumed.", param="id")
    recurring = items_of(subscription)[0]["price"]["recurring"]
    subscription |= {"billing_cycle_anchor": scope.now, "_resuming": True}
    set_period(subscription, scope.now, next_boundary(scope.now, recurring, scope.now))
    invoice = issue_invoice(scope, subscription, period_lines(scope, subscription), "subscription_update")
    save_subscription(scope, subscription)
    pay_invoice(scope, invoice, default_method(scope, subscription))
    return scope.get("subscription", subscription["id"])


def advance_subscription(scope: Scope, subscription: Obj) -> None:
    """Do the one thing that is due now."""
    now, status = scope.now, subscription["status"]
    if status == "incomplete":
        expire_incomplete(scope, subscription)
    elif subscription["cancel_at"] and now >= subscription["cancel_at"]:
        end_subscription(scope, subscription)
    elif status == "trialing" and now >= subscription["trial_end"]:
        end_trial(scope, subscription)
    elif status == "trialing" and now >= subscription["trial_end"] - TRIAL_NOTICE:
        subscription["_notice_sent"] = True
        save_subscription(scope, subscription)
        scope.emit("customer.subscription.trial_will_end", subscription)
    elif now >= period_of(subscription)[1]:
        renew(scope, subscription)
    elif subscription.get("_retry_at") and now >= subscription["_retry_at"]:
        collect(scope, subscription, scope.get("invoice", subscription["latest_invoice"]))
    else:
        change_subscription(scope, subscription, status="past_due", _unpaid_after=None)


def expire_incomplete(scope: Scope, subscription: Obj) -> None:
    """Give up a subscription whose first invoice was not paid in 23 hours."""

    invoice = scope.find("invoice", subscription["latest_invoice"])
    if invoice and invoice["status"] == "open":
        void_invoice(scope, invoice)
    change_subscription(scope, subscription, status="incomplete_expired", ended_at=scope.now)
