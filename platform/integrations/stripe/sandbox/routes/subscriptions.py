"""Subscriptions and their items."""

import copy
from typing import Any

from integrations.stripe.sandbox.cards import deleted
from integrations.stripe.sandbox.customers import read_method
from integrations.stripe.sandbox.errors import ApiError, Obj, not_found
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.routes.catalog import make_price
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.schedule import DAY, change_subscription, items_of, period_of, save_subscription
from integrations.stripe.sandbox.scope import Scope
from integrations.stripe.sandbox.subscriptions import (
    NewSubscription,
    change_items,
    end_subscription,
    end_trial,
    make_item,
    resume,
    start_subscription,
)

PRORATIONS = ("create_prorations", "none", "always_invoice")
BEHAVIORS = ("allow_incomplete", "error_if_incomplete", "default_incomplete", "pending_if_incomplete")
ENDINGS = ("cancel", "create_invoice", "pause")


def read_price(scope: Scope, params: Params) -> Obj:
    """Return the price that an item names or describes.

    Raises:
        ApiError: neither, or an inactive price.
    """
    if params.has("price_data"):
        return make_price(scope, params.group("price_data"))
    price = scope.get("price", params.required("price"), params.name("price"))
    if not price["active"]:
        raise ApiError(
            f"The price specified is inactive. This field only accepts active prices: {price['id']}",
            param=params.name("price"),
        )
    return price


def read_wanted(scope: Scope, params: Params) -> tuple[Obj, int, dict[str, str]]:
    """Return price, quantity and metadata of an item's parameters."""
    return read_price(scope, params), params.integer("quantity", 1, minimum=0) or 0, params.metadata()


def read_trial_end(scope: Scope, params: Params) -> int | None:
    """Return when the trial asked for ends, None for no trial.

    Raises:
        ApiError: in the past, more than two years off, or asked for in two ways.
    """
    if params.has("trial_end") and params.has("trial_period_days"):
        raise ApiError("Cannot specify both trial_end and trial_period_days.", param=params.name("trial_period_days"))
    if params.has("trial_period_days"):
        days = params.integer("trial_period_days", minimum=1) or 0
        if days > 730:
            raise ApiError("Trial periods can be up to 730 days.", param=params.name("trial_period_days"))
        return scope.now + days * DAY
    if not params.has("trial_end") or params.text("trial_end") == "now":
        return None
    moment = params.integer("trial_end") or 0
    if not scope.now < moment <= scope.now + 731 * DAY:
        raise ApiError("Invalid timestamp: must be a future time within two years.", param=params.name("trial_end"))
    return moment


def read_trial_settings(params: Params) -> Obj:
    """Return `trial_settings` as the object shows them."""
    ending = (
        params.group("trial_settings").group("end_behavior").choice("missing_payment_method", ENDINGS, "create_invoice")
    )
    return {"end_behavior": {"missing_payment_method": ending}}


def shared_fields(params: Params, current: Obj | None = None) -> Obj:
    """Return the fields that creating and updating a subscription share."""
    fields: Obj = {"metadata": params.metadata(current["metadata"] if current else None)}
    if "description" in params:
        fields["description"] = params.text("description")
    if "trial_settings" in params:
        fields["trial_settings"] = read_trial_settings(params)
    if "cancel_at_period_end" in params:
        fields["cancel_at_period_end"] = params.boolean("cancel_at_period_end")
    if "cancel_at" in params:
        fields["cancel_at"] = params.integer("cancel_at")
    if "collection_method" in params:
        words = ("charge_automatically", "send_invoice")
        fields["collection_method"] = params.choice("collection_method", words, words[0])
    if "days_until_due" in params:
        fields["days_until_due"] = params.integer("days_until_due", minimum=0)
    if "payment_settings" in params:
        base = {"payment_method_options": None, "payment_method_types": None, "save_default_payment_method": "off"}
        fields["payment_settings"] = base | params.group("payment_settings").data
    if "pause_collection" in params:
        fields["pause_collection"] = params.group("pause_collection").data or None
    if fields.get("collection_method") == "send_invoice" and not fields.get("days_until_due"):
        raise ApiError("If collection_method is 'send_invoice', days_until_due must be set.", param="days_until_due")
    return fields


@route("POST", "/v1/subscriptions", "SubscriptionCreateParams")
def create_subscription(call: Call) -> Obj:
    """Start a subscription."""
    scope, params = call.scope, call.params
    customer = scope.customer_of(params.required("customer"))
    method = None
    if params.has("default_payment_method"):
        method = read_method(scope, params.required("default_payment_method"), "default_payment_method")["id"]
    return start_subscription(
        scope,
        NewSubscription(
            customer=customer,
            items=[read_wanted(scope, item) for item in params.groups("items")] or _no_items(),
            trial_end=read_trial_end(scope, params),
            default_payment_method=method,
            payment_behavior=params.choice("payment_behavior", BEHAVIORS, "allow_incomplete"),
            fields=shared_fields(params),
        ),
    )


def _no_items() -> Any:
    raise ApiError("Missing required param: items.", code="parameter_missing", param="items")


@route("GET", "/v1/subscriptions")
def list_subscriptions(call: Call) -> Obj:
    """List subscriptions; canceled ones only with `status=all` or `status=canceled`."""
    status, price = call.params.data.pop("status", ""), call.params.text("price")
    ended = ("canceled", "incomplete_expired")

    def keep(subscription: Obj) -> bool:
        if price and all(item["price"]["id"] != price for item in items_of(subscription)):
            return False
        if status == "ended":
            return subscription["status"] in ended
        return (
            status == "all" or subscription["status"] == status or (not status and subscription["status"] not in ended)
        )

    return answer_page(call, "subscription", "customer", "collection_method", keep=keep)


@route("GET", "/v1/subscriptions/{id}")
def retrieve_subscription(call: Call) -> Obj:
    """Retrieve a subscription."""
    return call.scope.get("subscription", call.id)


@route("POST", "/v1/subscriptions/{id}", "SubscriptionUpdateParams")
def update_subscription(call: Call) -> Obj:
    """Update a subscription: items with proration, trial, cancellation and the rest."""
    scope, params = call.scope, call.params
    subscription = scope.get("subscription", call.id)
    if subscription["status"] in ("canceled", "incomplete_expired"):
        raise ApiError("A canceled subscription can only update its cancellation_details and metadata.", param="id")
    changes = shared_fields(params, subscription)
    if params.has("default_payment_method"):
        chosen = params.required("default_payment_method")
        changes["default_payment_method"] = read_method(scope, chosen, "default_payment_method")["id"]
    if "cancellation_details" in params:
        given = params.group("cancellation_details")
        asked = {key: given.text(key) for key in ("comment", "feedback") if key in given}
        changes["cancellation_details"] = subscription["cancellation_details"] | asked
    _plan_cancellation(scope, subscription, changes)
    proration = params.choice("proration_behavior", PRORATIONS, "create_prorations")
    ends_trial = subscription["status"] == "trialing" and params.text("trial_end") == "now"
    if params.has("trial_end") and not ends_trial:
        changes |= _new_trial(scope, params, subscription)
    if params.items("items"):
        items = new_items(scope, subscription, params)
        subscription.update(changes)
        save_subscription(scope, subscription)
        subscription = change_items(scope, subscription, items, proration)
    else:
        change_subscription(scope, subscription, **changes)
    if ends_trial:
        subscription |= {"trial_end": scope.now, "billing_cycle_anchor": scope.now}
        end_trial(scope, subscription)
    return scope.get("subscription", call.id)


def _plan_cancellation(scope: Scope, subscription: Obj, changes: Obj) -> None:
    """Fill in what an asked or taken back cancellation sets beside the one flag."""
    if "cancel_at_period_end" in changes:
        at_end = changes["cancel_at_period_end"]
        if at_end and not subscription["cancel_at_period_end"]:
            details: Obj = changes.get("cancellation_details") or subscription["cancellation_details"]
            changes |= {
                "cancel_at": period_of(subscription)[1],
                "canceled_at": scope.now,
                "cancellation_details": details | {"reason": "cancellation_requested"},
            }
        elif not at_end and subscription["cancel_at_period_end"]:
            details = dict.fromkeys(subscription["cancellation_details"])
            changes |= {"cancel_at": None, "canceled_at": None, "cancellation_details": details}
    elif "cancel_at" in changes:
        changes["canceled_at"] = scope.now if changes["cancel_at"] else None


def _new_trial(scope: Scope, params: Params, subscription: Obj) -> Obj:
    end = read_trial_end(scope, params)
    items = copy.deepcopy(subscription["items"])
    for item in items["data"]:
        item["current_period_end"] = end
    return {
        "status": "trialing",
        "trial_start": subscription["trial_start"] or scope.now,
        "trial_end": end,
        "billing_cycle_anchor": end,
        "items": items,
        "_notice_sent": False,
    }


def new_items(scope: Scope, subscription: Obj, params: Params) -> list[Obj]:
    """Return the subscription's items as they are after the changes asked for."""
    items = copy.deepcopy(items_of(subscription))
    for change in params.groups("items"):
        if not change.has("id"):
            items.append(make_item(scope, subscription["id"], read_wanted(scope, change)))
            continue
        current = next((item for item in items if item["id"] == change.text("id")), None)
        if current is None:
            raise not_found("subscription_item", change.required("id"), change.name("id"), status=400)
        if change.boolean("deleted"):
            items.remove(current)
            continue
        metadata = change.metadata(current["metadata"])
        quantity = change.integer("quantity", current["quantity"], minimum=0) or 0
        has_price = change.has("price") or change.has("price_data")
        price = read_price(scope, change) if has_price else current["price"]
        made = make_item(scope, subscription["id"], (price, quantity, metadata))
        current |= {key: made[key] for key in ("price", "plan", "quantity", "metadata")}
    return items


@route("DELETE", "/v1/subscriptions/{id}", "SubscriptionCancelParams")
def cancel_subscription(call: Call) -> Obj:
    """Cancel a subscription now."""
    subscription = call.scope.get("subscription", call.id)
    details = call.params.group("cancellation_details")
    subscription["cancellation_details"] |= {k: details.text(k) for k in ("comment", "feedback") if k in details}
    return end_subscription(call.scope, subscription)


@route("POST", "/v1/subscriptions/{id}/resume", "SubscriptionResumeParams")
def resume_subscription(call: Call) -> Obj:
    """Resume a paused subscription."""
    return resume(call.scope, call.scope.get("subscription", call.id))


@route("GET", "/v1/subscription_items")
def list_items(call: Call) -> Obj:
    """List a subscription's items."""
    subscription = call.scope.get("subscription", call.params.required("subscription"), "subscription")
    return answer_page(call, "subscription_item", subscription=subscription["id"])


@route("GET", "/v1/subscription_items/{id}")
def retrieve_item(call: Call) -> Obj:
    """Retrieve a subscription item."""
    return call.scope.get("subscription_item", call.id)


def _change_items(call: Call, subscription_id: str, change: Obj) -> list[Obj]:
    scope = call.scope
    subscription = scope.get("subscription", subscription_id, "subscription")
    items = new_items(scope, subscription, Params({"items": [change]}))
    proration = call.params.choice("proration_behavior", PRORATIONS, "create_prorations")
    return items_of(change_items(scope, subscription, items, proration))


@route("POST", "/v1/subscription_items", "SubscriptionItemCreateParams")
def create_item(call: Call) -> Obj:
    """Add an item to a subscription."""
    change = {
        key: call.params.data[key] for key in ("price", "price_data", "quantity", "metadata") if key in call.params
    }
    return _change_items(call, call.params.required("subscription"), change)[-1]


@route("POST", "/v1/subscription_items/{id}", "SubscriptionItemUpdateParams")
def update_item(call: Call) -> Obj:
    """Update a subscription item."""
    item = call.scope.get("subscription_item", call.id)
    change = {
        key: call.params.data[key] for key in ("price", "price_data", "quantity", "metadata") if key in call.params
    }
    items = _change_items(call, item["subscription"], change | {"id": call.id})
    return next(one for one in items if one["id"] == call.id)


@route("DELETE", "/v1/subscription_items/{id}", "SubscriptionItemDeleteParams")
def delete_item(call: Call) -> Obj:
    """Take an item out of its subscription."""
    item = call.scope.get("subscription_item", call.id)
    _change_items(call, item["subscription"], {"id": call.id, "deleted": "true"})
    return deleted("subscription_item", call.id)
