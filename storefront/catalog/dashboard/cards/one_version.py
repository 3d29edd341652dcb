"""A card of one version: on a product's page of the only one, and on the page of each."""

from typing import ClassVar

from django.forms import BoundField

from core.errors import InvalidInput
from storefront.catalog.cards import Card, CardForm, ProductState
from storefront.catalog.forms.one_version import OneVersionForm


class OneVersionCard(Card):
    """`errors_of` maps to the fields without the id in their names; `folded` are those that are rarely used."""

    form_class: ClassVar[type[CardForm]] = OneVersionForm
    form: OneVersionForm
    folded: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return not state.has_versions and bool(state.variants)

    def place_error(self, error: InvalidInput) -> bool:
        name = self.form.name(self.errors_of.get(error.field or "", ""))
        if name not in self.form.fields:
            return False
        self.form.add_error(name, str(error))
        return True

    def fields(self) -> dict[str, BoundField]:
        return self.form.bound()

    @property
    def is_open(self) -> bool:
        """Tell whether one of the folded fields holds something or has an error."""
        fields = self.fields()
        return any(fields[kind].value() or fields[kind].errors for kind in self.folded if kind in fields)
