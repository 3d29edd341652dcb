"""What only the page of one version asks: its picture and the answers of its own."""

from datetime import datetime
from typing import Any

from storefront.catalog.cards import Card, Parts, ProductState
from storefront.catalog.dashboard.cards.one_version import OneVersionCard
from storefront.catalog.enums import FieldOwner
from storefront.catalog.forms.custom_fields import VersionFieldsForm
from storefront.catalog.forms.version_picture import VersionPictureForm
from storefront.catalog.jinja import picture
from storefront.catalog.models import CustomField
from storefront.catalog.services import answer_for_variant


class VersionPictureCard(OneVersionCard):
    name = "picture"
    template = "catalog/dashboard/cards/version_picture.html"
    form_class = VersionPictureForm
    errors_of = {"image": "image"}

    def fill(self, parts: Parts) -> None:
        chosen = self.form.values()["image"]
        parts.add_variant(self.form.variant.pk, image_id=int(chosen) if chosen else None)

    def choices(self) -> list[tuple[Any, str]]:
        """Return each choice with the picture's address, which is empty for none."""
        kept = [
            picture({"path": image.path, "width": image.width, "height": image.height, "formats": image.formats})
            for image in self.state.images
        ]
        return list(zip(self.fields()["image"], ["", *(one["thumb"] if one else "" for one in kept)], strict=True))


class VersionFieldsCard(Card):
    name = "custom-fields"
    template = "catalog/dashboard/cards/custom_fields.html"
    form_class = VersionFieldsForm
    form: VersionFieldsForm

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return CustomField.objects.filter(owner=FieldOwner.VARIANT).exists()

    def save(self, *, actor: str, now: datetime) -> None:
        answers = self.form.answers()
        answer_for_variant(variant_id=self.state.variants[0].pk, answers=answers, actor=actor, now=now)
