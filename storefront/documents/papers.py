"""Invoices and packing slips as papers, in the customer's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.tenancy import current_tenant
from storefront.documents.models import Invoice, Letterhead
from storefront.documents.paper import Column, Paper, Row
from storefront.documents.words import buyer_lines, seller_facts, seller_lines, tax_rows, write_amount, write_rates
from storefront.orders.days import write_day
from storefront.orders.models import Order, OrderLine
from storefront.orders.pickup import pickup_lines
from storefront.orders.selectors import list_spoken_lines
from storefront.orders.services.mailing import address_lines


def invoice_paper(invoice: Invoice) -> Paper:
    """Return the invoice as it was issued."""
    with translation.override(invoice.language):
        content: Mapping[str, Any] = invoice.content
        seller, order = content["seller"], content["order"]
        facts = [
            (_("Invoice number"), invoice.number),
            (_("Date of the invoice"), write_day(invoice.issued_at)),
            (_("Order"), f"{order['name']}, {write_day(datetime.fromisoformat(order['placed_at']))}"),
        ]
        facts += seller_facts(seller)
        return Paper(
            title=_("Invoice"),
            sender=seller["name"],
            number=invoice.number,
            language=invoice.language,
            facts=facts,
            blocks=[
                (_("Seller"), seller_lines(seller)),
                (_("Billed to"), buyer_lines(content["buyer"])),
            ],
            columns=_columns(shows_rates=content.get("shows_rates", False)),
            rows=[
                _invoice_row(line, invoice.currency, shows_rates=content.get("shows_rates", False))
                for line in content["lines"]
            ],
            sums=_sums(content, invoice.currency),
            total=(_("Total"), write_amount(content["sums"]["total"], invoice.currency)),
            after=_after(content, invoice.currency),
            notes=_notes(content, seller),
            footer=seller["footer"],
            page_words=_("Page %(page)s"),
        )


def packing_slip(order: Order, letterhead: Letterhead) -> Paper:
    """Return what goes into the parcel: what was ordered, without prices."""
    with translation.override(order.language):
        sender = letterhead.legal_name or current_tenant().name
        facts = [(_("Order"), order.name), (_("Placed"), write_day(order.placed_at))]
        if order.shipping_method:
            facts.append((_("Delivery"), order.shipping_method))
        return Paper(
            title=_("Packing slip"),
            sender=sender,
            number=order.name,
            language=order.language,
            facts=facts,
            blocks=[
                (_("Picked up here"), _fetched_by(order))
                if order.pickup
                else (_("Deliver to"), address_lines(order) or [order.email]),
                (_("Sent by"), [sender, *(line for line in letterhead.address.split("\n") if line.strip())]),
            ],
            columns=[Column(_("Item"), 6), Column(_("SKU"), 2), Column(_("Quantity"), 1.4, is_right=True)],
            rows=[_slip_row(line) for line in list_spoken_lines(order) if line.requires_shipping and line.kept_count],
            notes=[_("Your note: %(note)s") % {"note": order.note}] if order.note else [],
            footer=[line for line in letterhead.footer.split("\n") if line.strip()],
            page_words=_("Page %(page)s"),
        )


def _fetched_by(order: Order) -> list[str]:
    who = (order.shipping_address.get("name") or order.email, order.shipping_address.get("phone"))
    return [*(part for part in who if part), *pickup_lines(order)]


def _columns(*, shows_rates: bool) -> list[Column]:
    return [
        Column(_("Item"), 5),
        Column(_("Quantity"), 1.2, is_right=True),
        Column(_("Price"), 1.8, is_right=True),
        *([Column(_("Tax"), 1.3, is_right=True)] if shows_rates else []),
        Column(_("Amount"), 1.8, is_right=True),
    ]


def _invoice_row(line: Mapping[str, Any], currency: str, *, shows_rates: bool) -> Row:
    below = " · ".join(part for part in (line["variant"], line["sku"]) if part)
    unit, total = write_amount(line["unit_amount"], currency), write_amount(line["total_amount"], currency)
    rates = [write_rates(line["rates"])] if shows_rates else []
    return Row([line["title"], str(line["quantity"]), unit, *rates, total], below)


def _slip_row(line: OrderLine) -> Row:
    return Row([line.title, line.sku, f"{line.kept_count}"], line.variant_title)


def _sums(content: Mapping[str, Any], currency: str) -> list[tuple[str, str]]:
    sums = content["sums"]
    found = [(_("Goods"), write_amount(sums["subtotal"], currency))]
    if sums["discount"]:
        codes = ", ".join(filter(None, content["discounts"]))
        found.append((f"{_('Discount')} {codes}".strip(), write_amount(-sums["discount"], currency)))
    if content["shipping_method"] or sums["shipping"]:
        label = content["shipping_method"] or _("Delivery")
        found.append((label, write_amount(sums["shipping"], currency) if sums["shipping"] else _("Free")))
    return found if content["taxes_included"] else found + tax_rows(content, currency)


def _after(content: Mapping[str, Any], currency: str) -> list[tuple[str, str]]:
    """Return what is said under the total: taxes that are inside of it, and what vouchers have paid."""
    found = tax_rows(content, currency) if content["taxes_included"] else []
    if content["sums"]["credit"]:
        found.append((_("Paid with gift cards and store credit"), write_amount(-content["sums"]["credit"], currency)))
    return found


def _notes(content: Mapping[str, Any], seller: Mapping[str, Any]) -> list[str]:
    notes = [_("Reverse charge: the buyer owes the tax.")] if content["is_reverse_charge"] else []
    if content["is_paid"]:
        return [*notes, _("Paid. Thank you.")]
    return [*notes, f"{_('Please pay to:')}\n{seller['bank']}" if seller["bank"] else _("Not paid yet.")]
