"""Accounts v2: the same accounts as v1 shows, in the other shape, and links to finish their papers."""

from datetime import UTC, datetime
from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.objects import new_id
from integrations.stripe.sandbox.routes.connect import CURRENCIES, LINK_LIFE, account_named, close_account
from integrations.stripe.sandbox.routing import Call, route
from integrations.stripe.sandbox.scope import PLATFORM, Scope

SECTIONS = ("configuration.customer", "configuration.merchant", "configuration.recipient", "defaults", "identity",
            "future_requirements", "requirements")  # fmt: skip
# A new account of v1 is not known to v2 at once: docs.stripe.com/connect/accounts-v2/migrate-integration.
KNOWN_AFTER = 10 * 60
PAYOUTS = "stripe_balance.payouts"


@route("POST", "/v2/core/accounts", "v2.core.AccountCreateParams")
def create_account(call: Call) -> Obj:
    """Open an account with the merchant configuration; it may charge at once unless the sandbox asks for onboarding."""
    scope, asked = call.scope.at(PLATFORM), call.params.data
    _check_merchant(asked)
    account = scope.make("account", "acct", created=scope.now)
    account["id"] = new_id("acct", 16)
    account["type"] = "none"
    account["country"] = str(_at(asked, "identity", "country")).upper()
    account["default_currency"] = CURRENCIES.get(account["country"], "eur")
    account["email"] = asked.get("contact_email")
    account["business_profile"]["name"] = account["settings"]["dashboard"]["display_name"] = asked.get("display_name")
    account["metadata"] = dict(asked.get("metadata") or {})
    account["external_accounts"]["url"] = f"/v1/accounts/{account['id']}/external_accounts"
    account["controller"] = {
        "type": "application",
        "is_controller": True,
        "fees": {
            "payer": {"stripe": "account"}.get(asked["defaults"]["responsibilities"]["fees_collector"], "application")
        },
        "losses": {"payments": asked["defaults"]["responsibilities"]["losses_collector"]},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": asked["dashboard"]},
    }
    account["_v2"] = {"defaults": asked["defaults"], "dashboard": asked["dashboard"], "asked": _requested(asked)}
    account["capabilities"] = dict.fromkeys(account["_v2"]["asked"], "active")
    if scope.store.meta("onboarding", "done") == "required":
        account |= close_account(account)
    scope.save(account)
    scope.emit_thin("v2.core.account.created", "v2.core.account", account["id"])
    scope.at(account["id"]).emit("account.updated", account)
    return show(account, asked.get("include") or [])


@route("GET", "/v2/core/accounts/{id}", "v2.core.AccountRetrieveParams")
def retrieve_account(call: Call) -> Obj:
    """Retrieve an account with the sections that are asked for; all others are null."""
    account = _known(call.scope, call.id)
    return show(account, call.params.texts("include"))


@route("POST", "/v2/core/account_links", "v2.core.AccountLinkCreateParams")
def create_link(call: Call) -> Obj:
    """Make a link to the onboarding page."""
    scope, asked = call.scope.at(PLATFORM), call.params.data
    if not asked.get("account"):
        raise missing("account")
    account = _known(scope, str(asked["account"]))
    use_case = asked.get("use_case") or {}
    kind = use_case.get("type")
    if kind not in ("account_onboarding", "account_update"):
        raise ApiError("Invalid use_case.type.", code="invalid_fields", param="use_case[type]")
    addresses = use_case.get(kind) or {}
    if not addresses.get("refresh_url"):
        raise missing(f"use_case[{kind}][refresh_url]")
    link = scope.make("account_link", "link", expires_at=scope.now + LINK_LIFE, _account=account["id"])
    link |= {
        "_return_url": addresses.get("return_url") or addresses["refresh_url"],
        "_refresh_url": addresses["refresh_url"],
    }
    link["url"] = f"{scope.public_url}/setup/{link['id']}"
    scope.save(link)
    return {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": written(scope.now),
        "expires_at": written(link["expires_at"]),
        "livemode": False,
        "url": link["url"],
        "use_case": use_case,
    }


def show(account: Obj, include: list[str]) -> Obj:
    """Return an account as v2 shows it."""
    for section in include:
        if section not in SECTIONS:
            raise ApiError(f"Invalid include: {section}", code="invalid_fields", param="include")
    kept = account.get("_v2") or {}
    controller = account.get("controller") or {}
    collector = "stripe" if (controller.get("fees") or {}).get("payer") == "account" else "application"
    losses = (controller.get("losses") or {}).get("payments") or "stripe"
    responsibilities = {"fees_collector": collector, "losses_collector": losses, "requirements_collector": "stripe"}
    capabilities = account["capabilities"] or {"card_payments": "active" if account["charges_enabled"] else "inactive"}
    is_configured = any(section.startswith("configuration.") for section in include)
    return {
        "id": account["id"],
        "object": "v2.core.account",
        "applied_configurations": ["merchant"],
        "closed": False,
        "configuration": {
            "customer": None,
            "recipient": None,
            "merchant": _merchant(account, capabilities) if "configuration.merchant" in include else None,
        }
        if is_configured
        else None,
        "contact_email": account["email"],
        "contact_phone": None,
        "created": written(account["created"]),
        "dashboard": kept.get("dashboard") or (controller.get("stripe_dashboard") or {}).get("type") or "full",
        "defaults": {
            "currency": account["default_currency"],
            "locales": None,
            "profile": None,
            "responsibilities": responsibilities,
        }
        if "defaults" in include
        else None,
        "display_name": account["business_profile"]["name"],
        "future_requirements": None,
        "identity": {"country": str(account["country"]).lower(), "entity_type": None}
        if "identity" in include
        else None,
        "livemode": False,
        "metadata": account["metadata"],
        "requirements": _requirements(account) if "requirements" in include else None,
    }


def written(moment: int) -> str:
    """Return a time as v2 writes it: RFC 3339 with milliseconds, in UTC."""
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _known(scope: Scope, account_id: str) -> Obj:
    try:
        account = account_named(scope, account_id)
    except ApiError as error:
        raise ApiError(f"No such account: '{account_id}'", status=404, code="not_found") from error
    if "_v2" not in account and scope.now - account["created"] < KNOWN_AFTER:
        raise ApiError("This account is not yet compatible with API v2.", code="account_not_yet_compatible_with_v2")
    return account


def _check_merchant(asked: Obj) -> None:
    if _at(asked, "configuration", "merchant") is None:
        raise missing("configuration[merchant]")
    for path in (("identity", "country"), ("defaults", "responsibilities", "fees_collector"),
                 ("defaults", "responsibilities", "losses_collector"), ("dashboard",), ("contact_email",)):  # fmt: skip
        if not _at(asked, *path):
            raise missing(path[0] + "".join(f"[{part}]" for part in path[1:]))
    responsibilities = asked["defaults"]["responsibilities"]
    if responsibilities["losses_collector"] == "application" and responsibilities["fees_collector"] == "stripe":
        raise ApiError("Whoever carries losses collects fees.", param="defaults[responsibilities][fees_collector]")
    if len(str(_at(asked, "identity", "country"))) != 2:
        raise ApiError("Country is invalid.", code="invalid_country", param="identity[country]")


def _requested(asked: Obj) -> list[str]:
    capabilities = _at(asked, "configuration", "merchant", "capabilities") or {}
    found = [name for name, value in capabilities.items() if isinstance(value, dict) and value.get("requested") is True]
    return found or ["card_payments"]


def _merchant(account: Obj, capabilities: Obj) -> Obj:
    shown: Obj = {name: _capability(status == "active") for name, status in capabilities.items()}
    shown["stripe_balance"] = {"payouts": _capability(account["payouts_enabled"])}
    return {"applied": True, "capabilities": shown}


def _capability(is_active: bool) -> Obj:
    details = [] if is_active else [{"code": "requirements_past_due", "resolution": "provide_info"}]
    return {"requested": True, "status": "active" if is_active else "restricted", "status_details": details}


def _requirements(account: Obj) -> Obj:
    due = account["requirements"]["currently_due"]
    return {
        "entries": [
            {
                "awaiting_action_from": "user",
                "description": name,
                "errors": [],
                "impact": {
                    "restricts_capabilities": [
                        {
                            "capability": "card_payments",
                            "configuration": "merchant",
                            "deadline": {"status": "currently_due"},
                        },
                        {"capability": PAYOUTS, "configuration": "merchant", "deadline": {"status": "currently_due"}},
                    ]
                },
                "minimum_deadline": {"status": "past_due"},
                "reference": None,
                "requested_reasons": [{"code": "routine_onboarding"}],
            }
            for name in due
        ],
        "summary": {"minimum_deadline": {"status": "past_due", "time": None}} if due else None,
    }


def _at(asked: Any, *path: str) -> Any:
    for part in path:
        asked = asked.get(part) if isinstance(asked, dict) else None
    return asked
