"""The page where a connected account finishes its papers."""

from integrations.stripe.sandbox.api import Outgoing
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.page import View
from integrations.stripe.sandbox.routes.connect import account_named, change_account, open_account


def show_onboarding(view: View, link: Obj) -> Outgoing:
    """Show what is still missing; a POST with `finish` hands everything in."""
    account = account_named(view.scope, link["_account"])
    if link.get("_used") or link["expires_at"] < view.scope.now:
        return view.redirect(link["_refresh_url"])
    if view.request.method == "POST":
        change_account(view.scope, account, open_account(account))
        link["_used"] = True
        view.scope.save(link)
        return view.redirect(link["_return_url"])
    name = account["business_profile"]["name"] or account["email"] or account["id"]
    steps = [
        ("setup_tax", account["details_submitted"]),
        ("setup_pays", account["charges_enabled"]),
        ("setup_payouts", account["payouts_enabled"]),
    ]
    return view.render("onboarding.html", name=name, link=link, steps=steps, action=f"/setup/{link['id']}")
