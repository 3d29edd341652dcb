"""The options of a product, as their page sends them."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services import OptionDraft

MOST = 3


class OptionsForm(forms.Form):
    """A name and its values, up to three times; an empty name is no option."""

    def __init__(self, data: Any = None, *, product: Product, variants: list[ProductVariant]) -> None:
        self.names = list(product.option_names)
        initial: dict[str, str] = {}
        for index, name in enumerate(self.names):
            values = dict.fromkeys(str(one.option_values[index]) for one in variants if index < len(one.option_values))
            initial |= {f"name_{index}": name, f"values_{index}": "\n".join(values)}
        super().__init__(data, initial=initial)
        for index in range(MOST):
            self.fields[f"name_{index}"] = forms.CharField(label=_("Option"), required=False, max_length=40)
            self.fields[f"values_{index}"] = forms.CharField(
                label=_("Values"),
                required=False,
                max_length=9000,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("One a line, in the order in which shoppers see them."),
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """Return the pairs of fields, for the template."""
        return [(self[f"name_{index}"], self[f"values_{index}"]) for index in range(MOST)]

    def drafts(self) -> list[OptionDraft]:
        """Return what was sent as the service takes it; the form has to be valid."""
        drafts = []
        for index in range(MOST):
            name, text = self.cleaned_data[f"name_{index}"], self.cleaned_data[f"values_{index}"]
            values = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
            if name or values:
                drafts.append(OptionDraft(name, values, was=index if index < len(self.names) else None))
        return drafts
