"""Stripe Tax: calculations, the transactions that are reported of them, and what takes those back."""

from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.money import check_currency
from integrations.stripe.sandbox.objects import listing
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.routing import Call, route
from integrations.stripe.sandbox.scope import PLATFORM, Scope
from integrations.stripe.sandbox.taxing import GOODS, SHIPPING, Place, read_place, sum_breakdowns, tax_line

MOST_ITEMS = 100
LIFE = 90 * 24 * 3600
BEHAVIORS = ("exclusive", "inclusive")


@route("POST", "/v1/tax/calculations", "tax.CalculationCreateParams")
def create_calculation(call: Call) -> Obj:
    """Count the tax of goods at a place; nothing is reported of it."""
    scope, params = call.scope, call.params
    currency = check_currency(params.required("currency"), "currency")
    details = params.group("customer_details")
    place = read_place(details, _home(scope))
    items = list(params.groups("line_items"))
    if not items:
        raise missing("line_items")
    if len(items) > MOST_ITEMS:
        raise ApiError(f"Up to {MOST_ITEMS} line items are allowed.", param="line_items")
    lines = [_line(scope, item, place) for item in items]
    references = [line["reference"] for line in lines if line["reference"]]
    if len(set(references)) != len(references):
        raise ApiError("References of line items must be unique.", param="line_items")
    shipping = _shipping(params.group("shipping_cost"), place) if "shipping_cost" in params else None
    parts = [*lines, *([shipping] if shipping else [])]
    sums = {
        behavior: sum(part["amount_tax"] for part in parts if part["tax_behavior"] == behavior)
        for behavior in BEHAVIORS
    }
    made = scope.make(
        "tax.calculation",
        "taxcalc",
        amount_total=sum(part["amount"] for part in parts) + sums["exclusive"],
        currency=currency,
        expires_at=scope.now + LIFE,
        shipping_cost=shipping,
        tax_amount_exclusive=sums["exclusive"],
        tax_amount_inclusive=sums["inclusive"],
        tax_breakdown=sum_breakdowns(
            [part["_tax_breakdown"] for part in parts], place, inclusive=lines[0]["tax_behavior"] == "inclusive"
        ),
        tax_date=params.integer("tax_date", scope.now),
    )
    made["customer_details"] |= {
        "address": _address(details.group("address")),
        "address_source": details.text("address_source"),
        "tax_ids": [{"type": one.text("type"), "value": one.text("value")} for one in details.groups("tax_ids")],
        "taxability_override": details.text("taxability_override", "none"),
    }
    made["_line_items"] = lines
    return scope.save(made)


@route("GET", "/v1/tax/calculations/{id}", "tax.CalculationRetrieveParams")
def retrieve_calculation(call: Call) -> Obj:
    """Retrieve a calculation."""
    return call.scope.get("tax.calculation", call.id)


@route("GET", "/v1/tax/calculations/{id}/line_items")
def list_calculation_lines(call: Call) -> Obj:
    """List what a calculation is made of."""
    return listing(call.path, call.scope.get("tax.calculation", call.id)["_line_items"])


@route("POST", "/v1/tax/transactions/create_from_calculation", "tax.TransactionCreateFromCalculationParams")
def create_from_calculation(call: Call) -> Obj:
    """Report a sale by its calculation."""
    scope, params = call.scope, call.params
    calculation = scope.get("tax.calculation", params.required("calculation"), "calculation")
    if calculation["expires_at"] < scope.now:
        raise ApiError(f"The tax calculation {calculation['id']} has expired.", param="calculation")
    made = scope.make(
        "tax.transaction",
        "tax",
        currency=calculation["currency"],
        customer_details=calculation["customer_details"],
        metadata=params.metadata(),
        posted_at=params.integer("posted_at", scope.now),
        reference=_fresh_reference(scope, params),
        shipping_cost=calculation["shipping_cost"],
        tax_date=calculation["tax_date"],
    )
    made["_line_items"] = [
        scope.make(
            "tax.transaction_line_item",
            "tax_li",
            **{name: line[name] for name in ("amount", "amount_tax", "quantity", "tax_behavior", "tax_code")},
            reference=line["reference"],
        )
        for line in calculation["_line_items"]
    ]
    return scope.save(made)


@route("POST", "/v1/tax/transactions/create_reversal", "tax.TransactionCreateReversalParams")
def create_reversal(call: Call) -> Obj:
    """Take back a transaction, all of it or a part, at most what is left of it."""
    scope, params = call.scope, call.params
    original = scope.get("tax.transaction", params.required("original_transaction"), "original_transaction")
    if original["type"] != "transaction":
        raise ApiError("Reversals cannot be reversed.", param="original_transaction")
    mode = params.choice("mode", ("full", "partial"), "")
    earlier = [
        one
        for one in scope.store.all("tax.transaction", scope.account, type="reversal")
        if one["reversal"]["original_transaction"] == original["id"]
    ]
    gone = sum(one["_total"] for one in earlier)
    if mode == "full" and earlier:
        raise ApiError("This transaction has been partially reversed already.", param="mode")
    total = -_total_of(original) if mode == "full" else _partial(params, original)
    if total >= 0 or total + gone < -_total_of(original):
        raise ApiError("The amount to reverse is more than is left of the transaction.", param="original_transaction")
    made = scope.make(
        "tax.transaction",
        "tax",
        currency=original["currency"],
        customer_details=original["customer_details"],
        metadata=params.metadata(),
        posted_at=scope.now,
        reference=_fresh_reference(scope, params),
        reversal={"original_transaction": original["id"]},
        tax_date=original["tax_date"],
        type="reversal",
    )
    made["_total"] = total
    made["_line_items"] = [
        scope.make(
            "tax.transaction_line_item",
            "tax_li",
            amount=one.integer("amount"),
            amount_tax=one.integer("amount_tax"),
            reference=one.required("reference"),
            reversal={"original_line_item": one.required("original_line_item")},
            type="reversal",
        )
        for one in params.groups("line_items")
    ]
    return scope.save(made)


@route("GET", "/v1/tax/transactions/{id}", "tax.TransactionRetrieveParams")
def retrieve_transaction(call: Call) -> Obj:
    """Retrieve a transaction."""
    return call.scope.get("tax.transaction", call.id)


@route("GET", "/v1/tax/transactions/{id}/line_items")
def list_transaction_lines(call: Call) -> Obj:
    """List what a transaction is made of."""
    return listing(call.path, call.scope.get("tax.transaction", call.id)["_line_items"])


def _home(scope: Scope) -> str:
    account = scope.store.find(scope.account, PLATFORM) if scope.account else None
    return str((account or {}).get("country") or "US")


def _address(address: Params) -> Obj:
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return {name: address.text(name, "") for name in names}


def _line(scope: Scope, item: Params, place: Place) -> Obj:
    amount = item.integer("amount", minimum=0)
    if amount is None:
        raise missing(item.name("amount"))
    behavior = item.choice("tax_behavior", BEHAVIORS, "exclusive")
    code = item.text("tax_code", GOODS) or GOODS
    tax, breakdown = tax_line(amount, code, behavior, place)
    made = scope.make(
        "tax.calculation_line_item",
        "tax_li",
        amount=amount,
        amount_tax=tax,
        quantity=item.integer("quantity", 1, minimum=1),
        reference=item.text("reference"),
        tax_behavior=behavior,
        tax_code=code,
    )
    made["_tax_breakdown"] = breakdown
    return made


def _shipping(cost: Params, place: Place) -> Obj:
    amount = cost.integer("amount", 0, minimum=0) or 0
    behavior, code = cost.choice("tax_behavior", BEHAVIORS, "exclusive"), cost.text("tax_code", SHIPPING) or SHIPPING
    tax, breakdown = tax_line(amount, code, behavior, place)
    return {
        "amount": amount,
        "amount_tax": tax,
        "tax_behavior": behavior,
        "tax_code": code,
        "_tax_breakdown": breakdown,
    }


def _fresh_reference(scope: Scope, params: Params) -> str:
    reference = params.required("reference")
    known = [one["reference"] for one in scope.store.all("tax.transaction", scope.account)]
    if reference in known:
        raise ApiError(f"A tax transaction with the reference '{reference}' already exists.", param="reference")
    return reference


def _total_of(transaction: Obj) -> int:
    """Return what a transaction came to with its taxes."""
    shipping = transaction["shipping_cost"]
    parts = [*transaction["_line_items"], *([shipping] if shipping else [])]
    return sum(part["amount"] + (part["amount_tax"] if part["tax_behavior"] == "exclusive" else 0) for part in parts)


def _partial(params: Params, original: Obj) -> int:
    """Return what is taken back, below zero, with its taxes."""
    flat = params.integer("flat_amount")
    by_line = [*params.groups("line_items"), *([params.group("shipping_cost")] if params.has("shipping_cost") else [])]
    if (flat is None) == (not by_line):
        raise ApiError("Name either a flat amount or line items and shipping cost.", param="flat_amount")
    if flat is not None:
        return flat
    behaviors = {line["id"]: line["tax_behavior"] for line in original["_line_items"]}
    total = 0
    for one in by_line:
        amount, tax = one.integer("amount"), one.integer("amount_tax")
        if amount is None or tax is None or amount > 0 or tax > 0:
            raise ApiError("Amounts to reverse are negative.", param=one.name("amount"))
        line = one.text("original_line_item")
        if "original_line_item" in one and line not in behaviors:
            raise ApiError(
                f"No such line item: '{line}'", code="resource_missing", param=one.name("original_line_item")
            )
        behavior = behaviors[str(line)] if line else original["shipping_cost"]["tax_behavior"]
        total += amount + (tax if behavior == "exclusive" else 0)
    return total
