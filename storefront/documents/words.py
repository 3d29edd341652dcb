"""What invoices and credit notes say alike, in the current language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.money import format_money


def write_amount(amount: int, currency: str) -> str:
    """Return an amount of minor units as readers of the current language write it."""
    return format_money(amount, currency, translation.get_language() or "en")


def write_rates(rates: Sequence[str], *, is_mixed: bool = False) -> str:
    """Return the rates of a row's tax as its cell says them: all of one item, or by `is_mixed` those of several."""
    return (", " if is_mixed else " + ").join(f"{rate}%" for rate in rates) or "–"


def tax_rows(content: Mapping[str, Any], currency: str) -> list[tuple[str, str]]:
    """Return a paper's tax by rate, each with what it is counted on, or in one sum where no rates are known."""
    label = (
        _("%(name)s %(rate)s%% included, on %(base)s")
        if content["taxes_included"]
        else _("%(name)s %(rate)s%% on %(base)s")
    )
    rows = [
        (
            label % {"name": tax["name"], "rate": tax["rate"], "base": write_amount(tax["base"], currency)},
            write_amount(tax["amount"], currency),
        )
        for tax in content["taxes"]
        if tax["rate"]
    ]
    if rows or not content["sums"]["tax"]:
        return rows
    label = _("Tax included") if content["taxes_included"] else _("Tax")
    return [(label, write_amount(content["sums"]["tax"], currency))]


def buyer_lines(buyer: Mapping[str, Any]) -> list[str]:
    """Return who a paper is for, with their VAT number."""
    vat = buyer.get("vat_id", "")
    return [*buyer["lines"], *([_("VAT number %(id)s") % {"id": vat}] if vat else [])]


def seller_lines(seller: Mapping[str, Any]) -> list[str]:
    """Return who a paper is from and how they are reached."""
    return [seller["name"], *seller["lines"], *(line for line in (seller["phone"], seller["email"]) if line)]


def seller_facts(seller: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the numbers under which tax offices know the seller."""
    known = ((_("VAT number"), "vat_id"), (_("Tax number"), "tax_id"))
    return [(label, seller[key]) for label, key in known if seller[key]]
