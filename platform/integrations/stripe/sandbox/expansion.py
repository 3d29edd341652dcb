"""Replace ids in an answer by the objects they name, as `expand[]` asks."""

from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.objects import listing
from integrations.stripe.sandbox.scope import PLATFORM, Scope

MAX_DEPTH = 4
NEVER = frozenset({"id", "object", "status", "currency", "type"})


def expand(scope: Scope, answer: Obj, paths: list[str]) -> Obj:
    """Expand the given paths in place; an answer that is a list is walked through `data`.

    Raises:
        ApiError: a path is deeper than four levels or names something that cannot be expanded.
    """
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH + (parts[0] == "data"):
            raise ApiError("You cannot expand more than 4 levels of a property.", param="expand")
        _walk(scope, answer, parts, path)
    return answer


def _walk(scope: Scope, node: Any, parts: list[str], path: str) -> None:
    if isinstance(node, list):
        for one in node:
            _walk(scope, one, parts, path)
        return
    if not isinstance(node, dict) or not parts:
        return
    name, rest = parts[0], parts[1:]
    if name not in node:
        node[name] = _included(scope, node, name, path)
    elif node.get("object") == "charge" and name == "refunds":
        refunds = scope.store.all("refund", scope.account, charge=node["id"])
        node["refunds"] = listing(node["refunds"]["url"], refunds)
    value = node[name]
    if isinstance(value, str):
        found = scope.store.find(value, scope.account) or scope.store.find(value, PLATFORM)
        if found is None or name in NEVER:
            raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
        node[name] = value = found
    if rest:
        _walk(scope, value, rest, path)


def _included(scope: Scope, node: Obj, name: str, path: str) -> Any:
    kind = node.get("object")
    if kind == "checkout.session" and name == "line_items":
        return listing(f"/v1/checkout/sessions/{node['id']}/line_items", node.get("_line_items", []))
    if kind in ("tax.calculation", "tax.transaction") and name == "line_items":
        return listing(f"/v1/{kind.replace('.', '/')}s/{node['id']}/line_items", node.get("_line_items", []))
    if name == "tax_breakdown" and "_tax_breakdown" in node:
        return node["_tax_breakdown"]
    if kind == "invoice" and name == "payments":
        return listing("/v1/invoice_payments", scope.store.all("invoice_payment", scope.account, invoice=node["id"]))
    if kind == "invoice" and name == "confirmation_secret":
        intent = scope.find("payment_intent", node.get("_payment_intent"))
        return {"client_secret": intent["client_secret"], "type": "payment_intent"} if intent else None
    if kind == "customer" and name == "subscriptions":
        return listing("/v1/subscriptions", scope.store.all("subscription", scope.account, customer=node["id"]))
    if kind in ("customer", "payment_intent", "account") and name in ("sources", "tax", "tax_ids", "cash_balance"):
        return None
    raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
