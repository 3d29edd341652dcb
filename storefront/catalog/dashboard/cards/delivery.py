"""How a version travels."""

from storefront.catalog.cards import Parts, ProductState
from storefront.catalog.dashboard.cards.one_version import OneVersionCard
from storefront.catalog.forms.delivery import DeliveryForm


class DeliveryCard(OneVersionCard):
    name = "delivery"
    template = "catalog/dashboard/cards/delivery.html"
    form_class = DeliveryForm
    folded = ("hs_code", "origin")
    errors_of = {"weight": "weight", "hs_code": "hs_code", "origin_country": "origin"}

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return super().shows(state) and not state.is_gift_card

    def fill(self, parts: Parts) -> None:
        data = self.form.values()
        parts.add_variant(
            self.form.variant.pk,
            requires_shipping=data["ships"],
            weight_grams=data["weight"] or 0,
            hs_code=data["hs_code"],
            origin_country=data["origin"],
        )
