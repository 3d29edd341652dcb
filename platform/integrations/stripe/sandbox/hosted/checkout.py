"""The hosted page of a checkout session."""

from integrations.stripe.sandbox.api import Outgoing
from integrations.stripe.sandbox.checkout import amount_now, pay_session, success_address, trial_end
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.form import PayForm, decline_text, make_method, read_pay_form
from integrations.stripe.sandbox.hosted.page import View
from integrations.stripe.sandbox.schedule import DAY


def show_checkout(view: View, session: Obj) -> Outgoing:
    """Show the pay page, or what became of the session; a POST pays."""
    if session["status"] == "complete":
        if view.request.method == "POST":
            return view.redirect(success_address(session))
        return view.message("done", 200, success_address(session), view.text("done_link", name=view.merchant))
    if session["status"] == "expired":
        link = session["cancel_url"]
        return view.message("expired", 200, link, view.text("back_to", name=view.merchant) if link else "")
    if view.request.method == "POST":
        return _pay(view, session)
    intent = view.scope.store.find(session.get("_intent") or "", view.scope.account)
    return _page(view, session, PayForm(_known_email(view, session), "", None, {}), decline_text(view, intent))


def _known_email(view: View, session: Obj) -> str:
    customer = view.scope.find("customer", session["customer"])
    return str(session["customer_email"] or (customer or {}).get("email") or session.get("_email") or "")


def _pay(view: View, session: Obj) -> Outgoing:
    form = read_pay_form(view, session["payment_method_types"], needs_email=True)
    fixed = session["customer_email"] or (view.scope.find("customer", session["customer"]) or {}).get("email")
    if fixed:
        form.email = fixed
        form.errors.pop("email", None)
    if form.errors:
        return _page(view, session, form, "", 422)
    method = make_method(view, form)
    name = form.card.name if form.card else None
    status = pay_session(view.scope, session, method, email=form.email, name=name)
    if status == "succeeded":
        return view.redirect(success_address(session))
    if status == "requires_action":
        return view.redirect(f"{view.world.public_url}/intents/{session['_intent']}")
    intent = view.scope.store.find(session["_intent"], view.scope.account)
    return _page(view, session, form, decline_text(view, intent), 402)


def _page(view: View, session: Obj, form: PayForm, problem: str, status: int = 200) -> Outgoing:
    end = trial_end(session, view.scope.now)
    lines = session["_line_items"]
    recurring = [line for line in lines if line["price"]["type"] == "recurring"]
    due = amount_now(session)
    full = sum(line["price"]["unit_amount"] * line["quantity"] for line in lines)
    if session["mode"] == "setup":
        title, button = view.text("save_card_for", name=view.merchant), view.text("save_card")
    elif session["mode"] == "subscription":
        title = view.text("subscribe_to", name=view.merchant)
        button = view.text("start_trial" if end else "subscribe")
    else:
        title = view.text("pay_to", name=view.merchant)
        button = view.text("pay", amount=view.money(due, session["currency"])) if due else view.text("complete_order")
    return view.render(
        "checkout.html",
        status,
        session=session,
        form=form,
        problem=problem,
        values=view.form,
        lines=lines,
        title=title,
        button=button,
        due=due,
        full=full,
        trial_days=-(-(end - view.scope.now) // DAY) if end else None,
        trial_end=end,
        then=view.per(recurring[0]["price"], recurring[0]["quantity"]) if len(recurring) == 1 else None,
        methods=session["payment_method_types"],
        fixed_email=bool(_known_email(view, session) and not session.get("_email")),
        chosen=form.method or session["payment_method_types"][0],
        action=f"/c/pay/{session['id']}",
    )
