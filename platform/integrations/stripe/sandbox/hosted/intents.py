"""The step between paying and paid: the bank's challenge, Alipay's approval, WeChat's code."""

import hashlib

from integrations.stripe.sandbox.api import Outgoing
from integrations.stripe.sandbox.checkout import settle_owner
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.page import View
from integrations.stripe.sandbox.payments import fail, succeed

AGREES = ("complete", "authorize", "paid")
REFUSES = ("fail", "cancel")
KINDS = {"card": "challenge", "alipay": "alipay", "wechat_pay": "wechat"}
QR_SIZE = 29


def show_intent(view: View, intent: Obj) -> Outgoing:
    """Show the step; a POST with `action` ends it."""
    owner = view.scope.store.find(intent.get("_owner") or "", view.scope.account)
    if intent["status"] != "requires_action":
        link = _owner_address(view, owner)
        return view.message("stale", 200, link, view.text("done_link", name=view.merchant) if link else "")
    method = view.scope.get("payment_method", intent["payment_method"])
    action = view.form.get("action", "")
    if view.request.method == "POST" and action in AGREES:
        succeed(view.scope, intent, method)
        return view.redirect(settle_owner(view.scope, intent) or f"{view.world.public_url}/intents/{intent['id']}")
    if view.request.method == "POST" and action in REFUSES:
        fail(view.scope, intent, method, "authentication_failed" if method["type"] == "card" else "wallet_failed")
        if owner and owner["object"] == "invoice":
            view.scope.emit("invoice.payment_failed", owner)
        return view.redirect(
            _owner_address(view, owner)
            or intent.get("_return_url")
            or f"{view.world.public_url}/intents/{intent['id']}"
        )
    kind = KINDS[method["type"]]
    amount = view.money(intent["amount"], intent["currency"]) if "amount" in intent else ""
    last4 = method["card"]["last4"] if method["type"] == "card" else ""
    text_key = "challenge_setup" if not amount else f"{kind}_text"
    return view.render(
        "intent.html",
        kind=kind,
        text=view.text(text_key, name=view.merchant, amount=amount, last4=last4),
        amount=amount,
        agree={"challenge": "complete", "alipay": "authorize", "wechat": "paid"}[kind],
        refuse="cancel" if kind == "wechat" else "fail",
        squares=qr_squares(intent["id"]) if kind == "wechat" else [],
        size=QR_SIZE,
        action=f"/intents/{intent['id']}",
    )


def _owner_address(view: View, owner: Obj | None) -> str | None:
    if owner is None:
        return None
    if owner["object"] == "checkout.session":
        return f"{view.world.public_url}/c/pay/{owner['id']}"
    return str(owner.get("hosted_invoice_url") or owner.get("url"))


def qr_squares(seed: str) -> list[tuple[int, int]]:
    """Return the dark squares of a drawing that looks like a QR code: three finders and noise from the seed."""
    bits = hashlib.shake_256(seed.encode()).digest(QR_SIZE * QR_SIZE)
    dark = set()
    corners = ((0, 0), (0, QR_SIZE - 7), (QR_SIZE - 7, 0))
    for x in range(QR_SIZE):
        for y in range(QR_SIZE):
            finder = next(((x - cx, y - cy) for cx, cy in corners if -1 <= x - cx <= 7 and -1 <= y - cy <= 7), None)
            if finder:
                ring = max(abs(finder[0] - 3), abs(finder[1] - 3))
                if ring in (0, 1, 3):
                    dark.add((x, y))
            elif bits[x * QR_SIZE + y] & 1:
                dark.add((x, y))
    return sorted(dark)
