"""The hosted page of an invoice, and receipts."""

from integrations.stripe.sandbox.api import Outgoing
from integrations.stripe.sandbox.checkout import pay_open_invoice
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.form import PayForm, decline_text, make_method, read_pay_form
from integrations.stripe.sandbox.hosted.page import View
from integrations.stripe.sandbox.money import METHODS


def methods_for(invoice: Obj) -> list[str]:
    """Return how an invoice can be paid: wallets only where it is sent to be paid by hand."""
    by_hand = invoice["collection_method"] == "send_invoice"
    return ["card", *(kind for kind, fits in METHODS.items() if by_hand and invoice["currency"] in fits)]


def show_invoice(view: View, invoice: Obj) -> Outgoing:
    """Show an invoice; a POST pays it."""
    empty = PayForm("", "", None, {})
    if view.request.method != "POST" or invoice["status"] != "open":
        intent = view.scope.find("payment_intent", invoice.get("_payment_intent"))
        problem = decline_text(view, intent) if invoice["status"] == "open" else ""
        return _page(view, invoice, empty, problem)
    form = read_pay_form(view, methods_for(invoice), needs_email=False)
    if form.errors:
        return _page(view, invoice, form, "", 422)
    status = pay_open_invoice(view.scope, invoice, make_method(view, form))
    if status == "succeeded":
        return view.redirect(invoice["hosted_invoice_url"])
    if status == "requires_action":
        return view.redirect(f"{view.world.public_url}/intents/{invoice['_payment_intent']}")
    return _page(
        view, invoice, form, decline_text(view, view.scope.get("payment_intent", invoice["_payment_intent"])), 402
    )


def _page(view: View, invoice: Obj, form: PayForm, problem: str, status: int = 200) -> Outgoing:
    return view.render(
        "invoice.html",
        status,
        invoice=invoice,
        form=form,
        problem=problem,
        values=view.form,
        methods=methods_for(invoice),
        chosen=form.method or "card",
        printing=view.request.path.endswith("/print"),
        button=view.text("pay", amount=view.money(invoice["amount_due"], invoice["currency"])),
        action=f"/i/{invoice['id']}",
    )


def show_receipt(view: View, charge: Obj) -> Outgoing:
    """Show what a charge took and gave back."""
    text = view.text(
        "receipt_text",
        name=view.merchant,
        amount=view.money(charge["amount_captured"], charge["currency"]),
        date=view.date(charge["created"]),
    )
    if charge["amount_refunded"]:
        back = view.money(charge["amount_refunded"], charge["currency"])
        text += " " + view.text("receipt_refunded", amount=back)
    return view.render("message.html", title=view.text("receipt"), text=text, link=None, link_text="")
