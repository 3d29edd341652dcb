"""What a version costs."""

from django.utils.formats import localize
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.catalog.cards import Parts
from storefront.catalog.dashboard.cards.one_version import OneVersionCard
from storefront.catalog.forms.price import PriceForm
from storefront.catalog.margins import find_margin


class PriceCard(OneVersionCard):
    name = "price"
    template = "catalog/dashboard/cards/price.html"
    form_class = PriceForm
    folded = ("cost", "tax_class", "unit_amount", "unit", "base_amount", "base_unit")
    errors_of = {
        "price": "price",
        "compare_at": "compare_at",
        "cost": "cost",
        "tax_class": "tax_class",
        "unit": "unit_amount",
        "base_unit": "base_unit",
    }

    def fill(self, parts: Parts) -> None:
        data = self.form.values()
        parts.add_variant(
            self.form.variant.pk,
            price_amount=data["price"],
            compare_at_amount=data["compare_at"],
            cost_amount=data["cost"],
            unit_amount=data["unit_amount"],
            unit=data["unit"],
            base_amount=data["base_amount"],
            base_unit=data["base_unit"],
        )
        if "tax_class" in data:
            parts.add_variant(self.form.variant.pk, tax_class_id=int(data["tax_class"]) if data["tax_class"] else None)

    def margin(self) -> str:
        """Return what one piece earns as it is saved, in words; empty where the cost is not known."""
        variant = self.form.variant
        margin = find_margin(variant.price_amount, variant.cost_amount)
        if margin is None:
            return ""
        profit = format_money(margin.profit_amount, self.state.currency, get_language() or "en")
        if margin.percent is None:
            return profit
        return _("You earn %(profit)s on each: %(percent)s of the price.") % {
            "profit": profit,
            "percent": f"{localize(margin.percent)} %",
        }
