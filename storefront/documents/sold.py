"""An invoiced sale as credit notes take it apart: its parts with their tax by rate, and what of it is left."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from storefront.documents.models import CreditNote, Invoice
from storefront.orders.models import Order, OrderLine
from storefront.pricing.correcting import UNSPLIT, Left, RateKey, SoldPart, Taxed

# The key of the delivery among the parts; lines have their own.
DELIVERY = 0


def list_parts(order: Order, lines: Iterable[OrderLine], notes: Sequence[CreditNote]) -> list[SoldPart]:
    """Return the order's lines and its delivery with their tax, and how much of each the notes took off."""
    gone = _sum_by_part(notes, "amount")
    is_split = splits_taxes(order, lines := list(lines))
    added = 0 if order.taxes_included else 1
    parts = [
        SoldPart(
            key=line.pk,
            paid=line.total_amount - line.discount_amount + added * line.tax_amount,
            taxes=_part_taxes(order, line.taxes, line.tax_amount) if is_split else {UNSPLIT: line.tax_amount},
            credited=gone.get(line.pk, 0),
        )
        for line in lines
    ]
    tax = order.shipping_tax_amount
    return [
        *parts,
        SoldPart(
            key=DELIVERY,
            paid=order.shipping_amount - order.shipping_discount_amount + added * tax,
            taxes=_part_taxes(order, order.shipping_taxes, tax) if is_split else {UNSPLIT: tax},
            credited=gone.get(DELIVERY, 0),
        ),
    ]


def find_left(order: Order, invoice: Invoice, notes: Sequence[CreditNote], *, is_split: bool) -> Left:
    """Return what of the invoice no note has taken off: its sum, and its tax by rate, or as one sum where no rates are known."""
    total = invoice.total_amount - sum(note.total_amount for note in notes)
    taxes = _as_taxes(invoice.content["taxes"])
    if not is_split:
        tax = invoice.content["sums"]["tax"]
        taxes = {UNSPLIT: Taxed(invoice.total_amount - tax, tax)}
    for note in notes:
        for key, gone in _as_taxes(note.content["taxes"]).items():
            left = taxes.get(key, Taxed(0, 0))
            taxes[key] = Taxed(left.base - gone.base, left.amount - gone.amount)
    return Left(total, taxes)


def splits_taxes(order: Order, lines: Iterable[OrderLine]) -> bool:
    """Tell whether each part's tax is known by rate: it was kept, or the order has one rate only, or the part has no tax."""
    parts = [(line.taxes, line.tax_amount) for line in lines] + [(order.shipping_taxes, order.shipping_tax_amount)]
    return all(taxes is not None or not amount or len(order.taxes) == 1 for taxes, amount in parts)


def write_taxes(taxes: Mapping[RateKey, Taxed]) -> list[dict[str, Any]]:
    """Return taxes by rate as papers keep them, the form in which an order does."""
    return [{"name": name, "rate": rate, "base": one.base, "amount": one.amount} for (name, rate), one in taxes.items()]


def _part_taxes(order: Order, kept: Sequence[Mapping[str, Any]] | None, amount: int) -> dict[RateKey, int]:
    if kept is None:
        return {(one["name"], one["rate"]): amount for one in order.taxes[:1] if amount}
    return {(one["name"], one["rate"]): one["amount"] for one in kept}


def _as_taxes(records: Iterable[Mapping[str, Any]]) -> dict[RateKey, Taxed]:
    return {(one["name"], one["rate"]): Taxed(one["base"], one["amount"]) for one in records}


def count_left(lines: Iterable[OrderLine], notes: Sequence[CreditNote]) -> dict[int, int]:
    """Return how many units of each line no note has taken off."""
    gone = _sum_by_part(notes, "quantity")
    return {line.pk: line.quantity - gone.get(line.pk, 0) for line in lines}


def _sum_by_part(notes: Sequence[CreditNote], name: str) -> dict[int, int]:
    """Return how much notes took off each part; those that were reversed took nothing."""
    reversed_ids = {note.reverses_id for note in notes}
    gone: dict[int, int] = {}
    for note in notes:
        if note.reverses_id is None and note.pk not in reversed_ids:
            for line in note.content["lines"]:
                gone[line["part"]] = gone.get(line["part"], 0) + line[name]
    return gone
