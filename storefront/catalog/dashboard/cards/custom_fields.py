"""What the merchant wants to know of the product beyond what every store knows."""

from datetime import datetime

from storefront.catalog.cards import Card, ProductState
from storefront.catalog.enums import FieldOwner
from storefront.catalog.forms.custom_fields import CustomFieldsForm
from storefront.catalog.models import CustomField
from storefront.catalog.services import answer_for_product


class CustomFieldsCard(Card):
    name = "custom-fields"
    template = "catalog/dashboard/cards/custom_fields.html"
    form_class = CustomFieldsForm
    form: CustomFieldsForm

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return CustomField.objects.filter(owner=FieldOwner.PRODUCT).exists()

    def save(self, *, actor: str, now: datetime) -> None:
        answer_for_product(product_id=self.state.product.pk, answers=self.form.answers(), actor=actor, now=now)
