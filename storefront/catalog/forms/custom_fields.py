"""A product's answers to the questions of the merchant's own."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storefront.catalog.cards import CardForm
from storefront.catalog.custom_values import clean_value, typed_value, write_name
from storefront.catalog.enums import FieldOwner, FieldType
from storefront.catalog.errors import CustomFieldRefused
from storefront.catalog.models import CustomField
from storefront.catalog.selectors import list_custom_fields


class CustomFieldsForm(CardForm):
    """One box a question asked of products, named by its key."""

    owner: ClassVar[str] = FieldOwner.PRODUCT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.questions = list_custom_fields(self.owner)
        super().__init__(*args, **kwargs)
        for own in self.questions:
            self.fields[f"custom_{own.key}"] = _field(own)

    def first_values(self) -> dict[str, Any]:
        answers = self.answers_held()
        return {f"custom_{own.key}": typed_value(answers.get(own.key)) for own in self.questions}

    def answers_held(self) -> dict[str, Any]:
        return dict(self.state.product.custom_fields)

    def answers(self) -> dict[str, Any]:
        """Return what was typed, by key; the form has to be valid."""
        return {name.removeprefix("custom_"): value for name, value in self.cleaned_data.items()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for own in self.questions:
            try:
                clean_value(own, data.get(f"custom_{own.key}"))
            except CustomFieldRefused as error:
                self.add_error(f"custom_{own.key}", str(error))
        return data


class VersionFieldsForm(CustomFieldsForm):
    """One box a question asked of versions, for one of them."""

    owner = FieldOwner.VARIANT

    def answers_held(self) -> dict[str, Any]:
        return dict(self.state.variants[0].custom_fields)


def _field(own: CustomField) -> forms.Field:
    name = write_name(own)
    if own.type == FieldType.BOOLEAN:
        yes, no = pgettext_lazy("custom field", "Yes"), pgettext_lazy("custom field", "No")
        return forms.ChoiceField(label=name, required=False, choices=[("", "–"), ("true", yes), ("false", no)])
    if own.type == FieldType.CHOICE:
        return forms.ChoiceField(
            label=name, required=False, choices=[("", _("None")), *((one, one) for one in own.choices)]
        )
    widgets: dict[str, forms.Widget] = {
        FieldType.LONG_TEXT: forms.Textarea(attrs={"rows": 3}),
        FieldType.DATE: forms.TextInput(attrs={"type": "date"}),
        FieldType.INTEGER: forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        FieldType.DECIMAL: forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        FieldType.URL: forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    }
    return forms.CharField(label=name, required=False, widget=widgets.get(own.type, forms.TextInput()))
