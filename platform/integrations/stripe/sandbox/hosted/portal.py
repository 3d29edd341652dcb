"""The billing portal's page: plan, card, invoices."""

from integrations.stripe.sandbox.api import Outgoing
from integrations.stripe.sandbox.checkout import set_default_method
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.form import PayForm, decline_text, make_method, read_pay_form
from integrations.stripe.sandbox.hosted.page import View
from integrations.stripe.sandbox.payments import attempt, make_setup_intent
from integrations.stripe.sandbox.schedule import RUNNING, change_subscription, items_of, period_of
from integrations.stripe.sandbox.subscriptions import resume

NOTICES = ("card", "cancel", "keep", "resume")


def show_portal(view: View, session: Obj) -> Outgoing:
    """Show the portal; a POST with `action` changes something."""
    customer = view.scope.get("customer", session["customer"])
    if customer.get("deleted"):
        return view.message("gone", 404)
    if view.request.method != "POST":
        return _page(view, session, customer, PayForm("", "", None, {}), "")
    action = view.form.get("action", "card")
    if action == "card":
        return _change_card(view, session, customer)
    subscription = view.scope.find("subscription", view.form.get("subscription"))
    if subscription is None or subscription["customer"] != customer["id"]:
        return view.message("gone", 404)
    if action == "cancel" and subscription["status"] in RUNNING:
        change_subscription(
            view.scope,
            subscription,
            cancel_at_period_end=True,
            cancel_at=period_of(subscription)[1],
            canceled_at=view.scope.now,
            cancellation_details=subscription["cancellation_details"] | {"reason": "cancellation_requested"},
        )
    elif action == "keep" and subscription["cancel_at_period_end"]:
        details = dict.fromkeys(subscription["cancellation_details"])
        change_subscription(
            view.scope,
            subscription,
            cancel_at_period_end=False,
            cancel_at=None,
            canceled_at=None,
            cancellation_details=details,
        )
    elif action == "resume" and subscription["status"] == "paused" and not subscription.get("_resuming"):
        resume(view.scope, subscription)
    return view.redirect(f"{session['url']}?done={action if action in NOTICES else ''}")


def _change_card(view: View, session: Obj, customer: Obj) -> Outgoing:
    form = read_pay_form(view, ["card"], needs_email=False)
    if form.errors:
        return _page(view, session, customer, form, "", 422)
    method = make_method(view, form)
    intent = make_setup_intent(view.scope, customer=customer["id"], _owner=session["id"])
    status = attempt(view.scope, intent, method)
    if status == "requires_action":
        return view.redirect(f"{view.world.public_url}/intents/{intent['id']}")
    if status != "succeeded":
        return _page(view, session, customer, form, decline_text(view, intent), 402)
    set_default_method(view.scope, customer, method)
    return view.redirect(f"{session['url']}?done=card")


def _page(view: View, session: Obj, customer: Obj, form: PayForm, problem: str, status: int = 200) -> Outgoing:
    scope = view.scope
    subscriptions = scope.store.all("subscription", scope.account, customer=customer["id"])
    shown = [one for one in subscriptions if one["status"] not in ("canceled", "incomplete_expired", "incomplete")]
    chosen = customer["invoice_settings"]["default_payment_method"] or next(
        (one["default_payment_method"] for one in shown if one["default_payment_method"]), None
    )
    plans = []
    for subscription in shown or subscriptions[:1]:
        items = items_of(subscription)
        products = [scope.find("product", item["price"]["product"]) for item in items]
        amount = sum(int(item["price"]["unit_amount"] or 0) * item["quantity"] for item in items)
        plans.append(
            {
                "subscription": subscription,
                "name": ", ".join(product["name"] for product in products if product),
                "price": view.per(items[0]["price"], items[0]["quantity"]),
                "amount": view.money(amount, subscription["currency"]),
                "end": view.date(period_of(subscription)[1]),
                "ended": view.date(subscription["ended_at"]) if subscription["ended_at"] else "",
            }
        )
    done = view.request.query.removeprefix("done=")
    return view.render(
        "portal.html",
        status,
        session=session,
        customer=customer,
        plans=plans,
        running=RUNNING,
        card=(scope.find("payment_method", chosen) or {}).get("card"),
        invoices=[one for one in scope.store.all("invoice", scope.account, customer=customer["id"]) if one["number"]],
        form=form,
        problem=problem,
        values=view.form,
        notice=view.text(f"notice_{done}") if done in NOTICES and not problem and not form.errors else "",
        action=f"/p/session/{session['id']}",
    )
