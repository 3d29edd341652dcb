"""Stripe Tax on a store's own account; amounts are minor units as the rest of the project counts them.

A calculation leaves nothing behind and takes no key of ours; what is reported of it does. Source: docs.stripe.com/tax/custom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import stripe

from integrations.stripe.amounts import from_stripe, to_stripe
from integrations.stripe.client import client, stripe_errors

MOST_ITEMS = 100
NONTAXABLE, SHIPPING = "txcd_00000000", "txcd_92010001"
REVERSE_CHARGE = "reverse_charge"


@dataclass(frozen=True, slots=True)
class TaxableItem:
    """Goods of one line after discounts; `reference` names it in the answer and in Stripe's reports."""

    reference: str
    amount: int
    quantity: int
    tax_code: str


@dataclass(frozen=True, slots=True)
class TaxRequest:
    """What tax is asked for: goods and delivery (None where nothing is sent) at an address of Stripe's form.

    By `is_included` the amounts hold the tax. `vat_id` is of the European Union and checked: Stripe checks none.
    """

    account_id: str
    currency: str
    items: Sequence[TaxableItem]
    shipping_amount: int | None
    is_included: bool
    address: Mapping[str, str]
    vat_id: str = ""


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What one authority takes: `percent` as text, `base` without any tax."""

    name: str
    percent: str
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class TaxOf:
    """The tax of one line, or of delivery."""

    amount: int
    parts: tuple[TaxPart, ...] = ()


@dataclass(frozen=True, slots=True)
class StripeTaxes:
    """A calculation as Stripe answered it: tax by the items' references, delivery's, and all of it."""

    id: str
    lines: Mapping[str, TaxOf]
    shipping: TaxOf
    amount: int
    is_reverse_charge: bool = False


@dataclass(frozen=True, slots=True)
class TaxTransaction:
    """What was reported; `lines` are Stripe's ids of its lines by our references."""

    id: str
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """So much of a line is taken back: `amount` with its tax, in minor units above zero."""

    line_id: str
    reference: str
    amount: int
    tax: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """What is taken back of a transaction: the lines and delivery (amount with its tax, and its tax), else a sum of all."""

    lines: Sequence[TakenBack] = ()
    shipping: tuple[int, int] = (0, 0)
    flat_amount: int = 0


def calculate_taxes(request: TaxRequest) -> StripeTaxes:
    """Return the tax of a basket.

    Raises: StripeUnavailable, StripeRefused; ValueError for an answer in units that the currency does not have.
    """
    currency, behavior = request.currency, "inclusive" if request.is_included else "exclusive"
    params: dict[str, Any] = {
        "currency": currency.lower(),
        "line_items": [
            {
                "amount": to_stripe(item.amount, currency),
                "quantity": item.quantity,
                "reference": item.reference,
                "tax_behavior": behavior,
                "tax_code": item.tax_code,
            }
            for item in request.items
        ],
        "customer_details": {"address": dict(request.address), "address_source": "shipping"},
        "expand": ["line_items.data.tax_breakdown", "shipping_cost.tax_breakdown"],
    }
    if request.vat_id:
        params["customer_details"]["tax_ids"] = [{"type": "eu_vat", "value": request.vat_id}]
    if request.shipping_amount is not None:
        params["shipping_cost"] = {
            "amount": to_stripe(request.shipping_amount, currency),
            "tax_behavior": behavior,
            "tax_code": SHIPPING,
        }
    else:
        params["expand"] = params["expand"][:1]
    with stripe_errors():
        found = client().v1.tax.calculations.create(
            params=cast("Any", params), options={"stripe_account": request.account_id}
        )
    return _taxes(found, currency)


def report_sale(*, account_id: str, calculation_id: str, reference: str) -> TaxTransaction:
    """Report a sale by its calculation; asked twice with one reference it is one sale.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        made = client().v1.tax.transactions.create_from_calculation(
            params={"calculation": calculation_id, "reference": reference, "expand": ["line_items"]},
            options={"stripe_account": account_id, "idempotency_key": reference},
        )
    lines = made.line_items.data if made.line_items else []
    return TaxTransaction(made.id, {line.reference: line.id for line in lines})


def report_reversal(
    *, account_id: str, transaction_id: str, reference: str, currency: str, back: Reversal | None, is_included: bool
) -> TaxTransaction:
    """Take back a part of what was reported, or all of it (None); asked twice with one reference it is one reversal.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {"original_transaction": transaction_id, "reference": reference, "mode": "full"}
    if back is not None:
        params["mode"] = "partial"

        def pair(amount: int, tax: int) -> dict[str, int]:
            named = amount if is_included else amount - tax
            return {"amount": -to_stripe(named, currency), "amount_tax": -to_stripe(tax, currency)}

        if back.flat_amount:
            params["flat_amount"] = -to_stripe(back.flat_amount, currency)
        if back.lines:
            params["line_items"] = [
                {
                    "original_line_item": line.line_id,
                    "reference": line.reference,
                    "quantity": line.quantity,
                    **pair(line.amount, line.tax),
                }
                for line in back.lines
            ]
        if back.shipping[0]:
            params["shipping_cost"] = pair(*back.shipping)
    with stripe_errors():
        made = client().v1.tax.transactions.create_reversal(
            params=cast("Any", params),
            options={"stripe_account": account_id, "idempotency_key": reference},
        )
    return TaxTransaction(made.id)


def _taxes(found: stripe.tax.Calculation, currency: str) -> StripeTaxes:
    lines = {
        line.reference: _tax_of(line.amount_tax, line.tax_breakdown, currency)
        for line in (found.line_items.data if found.line_items else [])
    }
    cost = found.shipping_cost
    shipping = _tax_of(cost.amount_tax, cost.tax_breakdown, currency) if cost else TaxOf(0)
    return StripeTaxes(
        id=found.id or "",
        lines=lines,
        shipping=shipping,
        amount=from_stripe(found.tax_amount_exclusive + found.tax_amount_inclusive, currency),
        is_reverse_charge=any(one.taxability_reason == REVERSE_CHARGE for one in found.tax_breakdown),
    )


def _tax_of(amount: int, breakdown: Sequence[Any] | None, currency: str) -> TaxOf:
    parts = tuple(
        TaxPart(
            name=_name(part),
            percent=part.tax_rate_details.percentage_decimal,
            base=from_stripe(part.taxable_amount, currency),
            amount=from_stripe(part.amount, currency),
        )
        for part in breakdown or ()
        if part.tax_rate_details is not None
    )
    return TaxOf(from_stripe(amount, currency), parts)


def _name(part: Any) -> str:
    """Return a tax's name, with its authority where that is smaller than a country: a place may have several alike."""
    name = str(part.tax_rate_details.display_name)
    return name if part.jurisdiction.level == "country" else f"{part.jurisdiction.display_name} {name}"
