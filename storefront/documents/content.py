"""What papers say of an order, in the current language; amounts in minor units of the order's currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.tenancy import current_tenant
from storefront.documents.models import CreditNote, Invoice, Letterhead
from storefront.documents.sold import splits_taxes, write_taxes
from storefront.orders.models import Order, OrderLine
from storefront.orders.selectors import list_spoken_lines
from storefront.orders.services.mailing import address_lines
from storefront.pricing.allocation import divide_half_up
from storefront.pricing.correcting import Correction, Taken, Taxed


def invoice_content(order: Order, kept: Letterhead) -> dict[str, Any]:
    """Return seller, buyer, lines and sums as they are now, to be kept word for word."""
    tenant = current_tenant()
    lines = list_spoken_lines(order)
    return {
        "seller": {
            "name": kept.legal_name or tenant.name,
            "lines": [line for line in kept.address.split("\n") if line.strip()],
            "tax_id": kept.tax_id,
            "vat_id": kept.vat_id,
            "phone": kept.phone,
            "email": tenant.contact_email,
            "bank": kept.bank,
            "footer": [line for line in kept.footer.split("\n") if line.strip()],
        },
        "buyer": {
            "lines": address_lines(order) or [order.email],
            "country": order.shipping_address.get("country", ""),
            "vat_id": order.vat_id,
        },
        "order": {"name": order.name, "placed_at": order.placed_at.isoformat()},
        "lines": [
            {
                "title": line.title,
                "variant": line.variant_title,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_amount": line.unit_amount,
                "total_amount": line.total_amount,
                "discount_amount": line.discount_amount,
                "tax_amount": line.tax_amount,
                "rates": _rates(order, line.taxes, line.tax_amount),
            }
            for line in lines
        ],
        "sums": {
            "subtotal": order.subtotal_amount,
            "discount": order.discount_amount,
            "shipping": order.shipping_amount,
            "tax": order.tax_amount,
            "total": order.total_amount,
            "credit": order.credit_amount,
        },
        "discounts": [one.get("code") or one.get("title", "") for one in order.discounts],
        "taxes": order.taxes,
        "shows_rates": bool(order.taxes) and splits_taxes(order, lines),
        "taxes_included": order.taxes_included,
        "is_reverse_charge": order.is_reverse_charge,
        "shipping_method": order.shipping_method,
        "is_paid": order.paid_at is not None,
    }


@dataclass(frozen=True, slots=True)
class Sold:
    """What a credit note is about: order, invoice, the order's lines in its language, and how many units of which go back."""

    order: Order
    invoice: Invoice
    lines: Sequence[OrderLine]
    counts: Mapping[int, int]


def credit_content(sold: Sold, correction: Correction, *, ways: Mapping[str, int]) -> dict[str, Any]:
    """Return seller and buyer as the invoice names them, and what is taken off it, to be kept word for word."""
    order, lines = sold.order, {line.pk: line for line in sold.lines}
    is_split = splits_taxes(order, sold.lines)
    rows = []
    for key, taken in correction.parts.items():
        line = lines.get(key)
        words = {"title": order.shipping_method, "variant": "", "sku": ""}
        if line is not None:
            words = {"title": line.title, "variant": line.variant_title, "sku": line.sku}
        rows.append({"part": key, "quantity": sold.counts.get(key, 1), **words, **_row(taken)})
    return {
        **_heads(sold.invoice),
        "lines": rows,
        "besides": _row(correction.besides) if correction.besides else None,
        "taxes": write_taxes(correction.taxes),
        "is_split": is_split,
        "shows_rates": is_split and bool(order.taxes),
        "sums": {"total": correction.total, "tax": sum(one.amount for one in correction.taxes.values())},
        "ways": dict(ways),
    }


def reversal_content(note: CreditNote, amount: int) -> dict[str, Any]:
    """Return what takes so much of a credit note back, in the same mix of taxes; all of it takes back each row."""
    kept, whole = note.content, note.total_amount
    is_whole = amount == whole
    taxes = {
        (one["name"], one["rate"]): Taxed(
            -divide_half_up(one["base"] * amount, whole), -divide_half_up(one["amount"] * amount, whole)
        )
        for one in kept["taxes"]
    }
    tax = sum(one.amount for one in taxes.values())
    besides = {"amount": -amount, "tax": tax, "rates": []}
    return {
        **kept,
        "reverses": {"number": note.number},
        "lines": [_negative(row) for row in kept["lines"]] if is_whole else [],
        "besides": (kept["besides"] and _negative(kept["besides"])) if is_whole else besides,
        "taxes": write_taxes(taxes),
        "sums": {"total": -amount, "tax": tax},
        "ways": {},
    }


def _heads(invoice: Invoice) -> dict[str, Any]:
    kept = invoice.content
    heads = {name: kept[name] for name in ("seller", "buyer", "order", "taxes_included", "is_reverse_charge")}
    return {**heads, "invoice": {"number": invoice.number, "issued_at": invoice.issued_at.isoformat()}}


def _row(taken: Taken) -> dict[str, Any]:
    return {"amount": taken.amount, "tax": taken.tax, "rates": [rate for _name, rate in taken.taxes if rate]}


def _negative(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "amount": -row["amount"], "tax": -row["tax"]}


def _rates(order: Order, kept: Sequence[Mapping[str, Any]] | None, amount: int) -> list[str]:
    """Return the rates of a line's tax in percent; of one that was placed before they were kept, the order's only one."""
    if kept is not None:
        return [one["rate"] for one in kept]
    return [order.taxes[0]["rate"]] if amount and len(order.taxes) == 1 else []
