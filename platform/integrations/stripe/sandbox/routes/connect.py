"""Connected accounts and the links to finish their papers."""

from typing import Any

from integrations.stripe.sandbox.cards import deleted
from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.money import check_currency
from integrations.stripe.sandbox.objects import new_id
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.scope import PLATFORM, Scope

CURRENCIES = {"CN": "cny", "GB": "gbp", "HK": "hkd", "JP": "jpy", "SG": "sgd", "AU": "aud", "CA": "cad", "US": "usd"}
TYPES = ("standard", "express", "custom")
LINK_LIFE = 5 * 60


def account_named(scope: Scope, account_id: str) -> Obj:
    """Return a connected account.

    Raises:
        ApiError: 403 account_invalid, as Stripe answers for accounts that are not ours.
    """
    found = scope.at(PLATFORM).find("account", account_id)
    if found is None or found.get("deleted"):
        raise ApiError(
            f"The provided key does not have access to account '{account_id}' (or that account does not exist). "
            "Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return found


def open_account(account: Obj) -> Obj:
    """Return the fields of an account that has handed in its papers."""
    return {
        "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True,
        "capabilities": dict.fromkeys(account["capabilities"], "active"),
        "requirements": account["requirements"]
        | {"currently_due": [], "eventually_due": [], "past_due": [], "disabled_reason": None},
    }


def close_account(account: Obj) -> Obj:
    """Return the fields of an account that still owes its papers."""
    due = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]
    return {
        "charges_enabled": False,
        "payouts_enabled": False,
        "details_submitted": False,
        "capabilities": dict.fromkeys(account["capabilities"], "inactive"),
        "requirements": account["requirements"]
        | {"currently_due": due, "eventually_due": due, "past_due": due, "disabled_reason": "requirements.past_due"},
    }


def _merged(base: Any, changes: Any) -> Any:
    if isinstance(base, dict) and isinstance(changes, dict):
        return base | {key: _merged(base.get(key), value) for key, value in changes.items()}
    return changes


def _fields(params: Params, account: Obj) -> Obj:
    fields: Obj = {"metadata": params.metadata(account["metadata"])}
    fields |= {key: params.text(key) for key in ("email", "business_type") if key in params}
    for group in ("business_profile", "settings"):
        if params.has(group):
            fields[group] = _merged(account[group], params.group(group).data)
    if params.has("default_currency"):
        fields["default_currency"] = check_currency(params.required("default_currency"), "default_currency")
    return fields


@route("POST", "/v1/accounts", "AccountCreateParams")
def create_account(call: Call) -> Obj:
    """Open a connected account; it may charge at once unless the sandbox asks for onboarding."""
    scope, params = call.scope.at(PLATFORM), call.params
    account = scope.make("account", "acct", created=scope.now)
    account["id"] = new_id("acct", 16)
    account["country"] = (params.text("country", "US") or "US").upper()
    account["default_currency"] = CURRENCIES.get(account["country"], "eur")
    account["external_accounts"]["url"] = f"/v1/accounts/{account['id']}/external_accounts"
    if params.has("controller"):
        account["type"] = "none"
        account["controller"] = {"type": "application", "is_controller": True} | params.group("controller").data
    else:
        account["type"] = params.choice("type", TYPES, "standard")
    account |= _fields(params, account)
    account["settings"]["dashboard"]["display_name"] = account["business_profile"]["name"]
    if scope.store.meta("onboarding", "done") == "required":
        account |= close_account(account)
    scope.save(account)
    scope.at(account["id"]).emit("account.updated", account)
    return account


@route("GET", "/v1/accounts")
def list_accounts(call: Call) -> Obj:
    """List connected accounts."""
    call.scope = call.scope.at(PLATFORM)
    return answer_page(call, "account")


@route("GET", "/v1/account")
def retrieve_own(call: Call) -> Obj:
    """Retrieve the account of the request: the connected one, or the platform's own."""
    scope = call.scope
    if scope.account:
        return account_named(scope, scope.account)
    account = scope.make("account", "acct", id="acct_platform")
    account["business_profile"]["name"] = account["settings"]["dashboard"]["display_name"] = scope.merchant_name
    return account


@route("GET", "/v1/accounts/{id}")
def retrieve_account(call: Call) -> Obj:
    """Retrieve a connected account."""
    return account_named(call.scope, call.id)


@route("POST", "/v1/accounts/{id}", "AccountUpdateParams")
def update_account(call: Call) -> Obj:
    """Update a connected account."""
    account = account_named(call.scope, call.id)
    return change_account(call.scope, account, _fields(call.params, account))


def change_account(scope: Scope, account: Obj, changes: Obj) -> Obj:
    """Save changes of an account and announce them on the account."""
    previous = {key: account[key] for key, value in changes.items() if account[key] != value}
    account.update(changes)
    scope.at(PLATFORM).save(account)
    if previous:
        scope.at(account["id"]).emit("account.updated", account, previous)
    if previous and "_v2" in account:
        for part in ("[requirements].updated", "[configuration.merchant].capability_status_updated"):
            scope.at(PLATFORM).emit_thin(f"v2.core.account{part}", "v2.core.account", account["id"])
    return account


@route("DELETE", "/v1/accounts/{id}")
def delete_account(call: Call) -> Obj:
    """Delete a connected account; what it holds is out of reach from then on."""
    account_named(call.scope, call.id)
    return call.scope.at(PLATFORM).save(deleted("account", call.id))


@route("POST", "/v1/account_links", "AccountLinkCreateParams")
def create_link(call: Call) -> Obj:
    """Make a link to the onboarding page that lives five minutes."""
    scope, params = call.scope.at(PLATFORM), call.params
    account = account_named(scope, params.required("account"))
    params.choice("type", ("account_onboarding", "account_update"), params.required("type"))
    link = scope.make("account_link", "link", expires_at=scope.now + LINK_LIFE, _account=account["id"])
    link |= {"_return_url": params.required("return_url"), "_refresh_url": params.required("refresh_url")}
    link["url"] = f"{scope.public_url}/setup/{link['id']}"
    scope.save(link)
    return {key: value for key, value in link.items() if key != "id"}
