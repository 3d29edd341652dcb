"""Fields of one version, whose names carry its id."""

from typing import Any

from django import forms

from storefront.catalog.cards import CardForm
from storefront.catalog.models import ProductVariant


class OneVersionForm(CardForm):
    """What a card asks of one version: the only one of a product's page, or the one whose page it is."""

    @property
    def variant(self) -> ProductVariant:
        return self.state.variants[0]

    def name(self, kind: str) -> str:
        """Return the name of a field on the page: `sku_7`."""
        return f"{kind}_{self.variant.pk}"

    def first_values(self) -> dict[str, Any]:
        return {self.name(kind): value for kind, value in self.held().items()}

    def held(self) -> dict[str, Any]:
        """Return what the version holds, by field."""
        return {}

    def ask(self, **fields: forms.Field) -> None:
        for kind, field in fields.items():
            self.fields[self.name(kind)] = field

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field; the form has to be valid."""
        ending = f"_{self.variant.pk}"
        return {name.removesuffix(ending): value for name, value in self.cleaned_data.items()}

    def bound(self) -> dict[str, forms.BoundField]:
        """Return the fields without the id in their names, for the template."""
        ending = f"_{self.variant.pk}"
        return {name.removesuffix(ending): self[name] for name in self.fields}
