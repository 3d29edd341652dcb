"""A product's answers to the questions of the merchant's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storefront.catalog.cards import CardForm
from storefront.catalog.custom_values import clean_value, typed_value, write_name
from storefront.catalog.enums import FieldType
from storefront.catalog.errors import CustomFieldRefused
from storefront.catalog.models import CustomField
from storefront.catalog.selectors import list_custom_fields


class CustomFieldsForm(CardForm):
    """One box a question, named by its key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.questions = list_custom_fields()
        super().__init__(*args, **kwargs)
        for own in self.questions:
            self.fields[f"custom_{own.key}"] = _field(own)

    def first_values(self) -> dict[str, Any]:
        answers = self.state.product.custom_fields
        return {f"custom_{own.key}": typed_value(answers.get(own.key)) for own in self.questions}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for own in self.questions:
            try:
                clean_value(own, data.get(f"custom_{own.key}"))
            except CustomFieldRefused as error:
                self.add_error(f"custom_{own.key}", str(error))
        return data


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
