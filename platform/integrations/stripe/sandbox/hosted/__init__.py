"""The pages that people see instead of Stripe's."""

import re
from collections.abc import Callable

from integrations.stripe.sandbox.api import Incoming, Outgoing
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.checkout import show_checkout
from integrations.stripe.sandbox.hosted.intents import show_intent
from integrations.stripe.sandbox.hosted.invoice import show_invoice, show_receipt
from integrations.stripe.sandbox.hosted.onboarding import show_onboarding
from integrations.stripe.sandbox.hosted.page import ROOT, View, make_view
from integrations.stripe.sandbox.hosted.portal import show_portal
from integrations.stripe.sandbox.scope import PLATFORM
from integrations.stripe.sandbox.world import World

PAGES: list[tuple[re.Pattern[str], tuple[str, ...], Callable[[View, Obj], Outgoing]]] = [
    (re.compile(r"/c/pay/(cs_\w+)"), ("checkout.session",), show_checkout),
    (re.compile(r"/intents/((?:pi|seti)_\w+)"), ("payment_intent", "setup_intent"), show_intent),
    (re.compile(r"/i/(in_\w+)(?:/print)?"), ("invoice",), show_invoice),
    (re.compile(r"/p/session/(bps_\w+)"), ("billing_portal.session",), show_portal),
    (re.compile(r"/setup/(link_\w+)"), ("account_link",), show_onboarding),
    (re.compile(r"/receipts/(ch_\w+)"), ("charge",), show_receipt),
]
STYLES = "/_assets/sandbox.css"


def show(world: World, request: Incoming) -> Outgoing:
    """Answer a page; a POST runs in one transaction, so a double submit does nothing twice."""
    if request.path == STYLES:
        css = (ROOT / "assets" / "sandbox.css").read_text(encoding="utf-8")
        return Outgoing(200, css, {"Cache-Control": "max-age=300"}, "text/css; charset=utf-8")
    for pattern, kinds, page in PAGES:
        found = pattern.fullmatch(request.path)
        if not found:
            continue
        with world.store.transaction():
            known = world.store.find_anywhere(found[1])
            if known and known[0]["object"] in kinds:
                outgoing = page(make_view(world, request, known[1], _locale(world, *known)), known[0])
                world.wake()
                return outgoing
    return make_view(world, request, PLATFORM).message("gone", 404)


def _locale(world: World, obj: Obj, account: str) -> str | None:
    """Return the language asked for by the object, or by the checkout or portal that an intent belongs to."""
    owner = world.store.find(obj.get("_owner") or "", account) or obj
    return owner.get("locale")
