"""Credit notes as papers, in the customer's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from storefront.documents.models import CreditNote
from storefront.documents.paper import Column, Paper, Row
from storefront.documents.sold import DELIVERY
from storefront.documents.words import buyer_lines, seller_facts, seller_lines, tax_rows, write_amount, write_rates
from storefront.orders.days import write_day


def credit_note_paper(note: CreditNote) -> Paper:
    """Return the credit note as it was issued."""
    with translation.override(note.invoice.language):
        content: Mapping[str, Any] = note.content
        currency = note.invoice.currency
        is_reversal = "reverses" in content
        return Paper(
            title=_("Reversal of a credit note") if is_reversal else _("Credit note"),
            sender=content["seller"]["name"],
            number=note.number,
            language=note.invoice.language,
            facts=_facts(note),
            blocks=[(_("Seller"), seller_lines(content["seller"])), (_("Billed to"), buyer_lines(content["buyer"]))],
            columns=[
                Column(_("Item"), 5),
                Column(_("Quantity"), 1.2, is_right=True),
                *([Column(_("Tax"), 1.3, is_right=True)] if content["shows_rates"] else []),
                Column(_("Amount"), 1.8, is_right=True),
            ],
            rows=_rows(content, currency),
            sums=[] if content["taxes_included"] else _net_sums(content, currency),
            total=(_("Owed again") if is_reversal else _("Credited"), write_amount(content["sums"]["total"], currency)),
            after=[*(tax_rows(content, currency) if content["taxes_included"] else []), *_ways(content, currency)],
            notes=_notes(content),
            footer=content["seller"]["footer"],
            page_words=_("Page %(page)s"),
        )


def _facts(note: CreditNote) -> list[tuple[str, str]]:
    content = note.content
    invoice, order = content["invoice"], content["order"]
    facts = [
        (_("Number"), note.number),
        (_("Date"), write_day(note.issued_at)),
        (_("Corrects the invoice"), _named(invoice["number"], invoice["issued_at"])),
    ]
    if "reverses" in content:
        facts.append((_("Takes back the credit note"), content["reverses"]["number"]))
    facts.append((_("Order"), _named(order["name"], order["placed_at"])))
    return [*facts, *seller_facts(content["seller"])]


def _named(name: str, day: str) -> str:
    return f"{name}, {write_day(datetime.fromisoformat(day))}"


def _rows(content: Mapping[str, Any], currency: str) -> list[Row]:
    rows = [_row(line, _title(line), str(line["quantity"]), content, currency) for line in content["lines"]]
    besides = content["besides"]
    if besides:
        is_kept = bool(rows) and (besides["amount"] < 0) != (content["sums"]["total"] < 0)
        title = _("Kept") if is_kept else _("Sum given back")
        if "reverses" in content and not rows:
            title = _("Sum that did not go back")
        rows.append(_row(besides, title, "", content, currency))
    return rows


def _title(line: Mapping[str, Any]) -> str:
    return line["title"] or (_("Delivery") if line["part"] == DELIVERY else "")


def _row(row: Mapping[str, Any], title: str, count: str, content: Mapping[str, Any], currency: str) -> Row:
    below = " · ".join(part for part in (row.get("variant"), row.get("sku")) if part)
    amount = row["amount"] if content["taxes_included"] else row["amount"] - row["tax"]
    rates = [write_rates(row["rates"], is_mixed="part" not in row)] if content["shows_rates"] else []
    return Row([title, count, *rates, write_amount(amount, currency)], below)


def _net_sums(content: Mapping[str, Any], currency: str) -> list[tuple[str, str]]:
    sums = content["sums"]
    if not sums["tax"]:
        return []
    return [(_("Without tax"), write_amount(sums["total"] - sums["tax"], currency)), *tax_rows(content, currency)]


def _ways(content: Mapping[str, Any], currency: str) -> list[tuple[str, str]]:
    words = {
        "money": _("Back the way it was paid"),
        "credit": _("Back on gift cards and store credit"),
        "as_credit": _("Given as store credit"),
    }
    ways = content["ways"]
    return [(label, write_amount(ways[way], currency)) for way, label in words.items() if ways.get(way)]


def _notes(content: Mapping[str, Any]) -> list[str]:
    notes = [_("Reverse charge: the buyer owes the tax.")] if content["is_reverse_charge"] else []
    if content["sums"]["tax"] and not content["is_split"]:
        notes.append(
            _("The order was placed before its items' tax was kept by rate. The tax is therefore given as one sum.")
        )
    if "reverses" in content:
        return [*notes, _("The money of this credit note did not arrive and came back to us.")]
    return notes
