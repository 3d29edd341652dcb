"""The options of a product, as their page sends them."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
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
        self.held: list[list[str]] = []
        initial: dict[str, str] = {}
        for index, name in enumerate(self.names):
            values = dict.fromkeys(str(one.option_values[index]) for one in variants if index < len(one.option_values))
            self.held.append(list(values))
            initial |= {f"name_{index}": name, f"values_{index}": "\n".join(values)}
        super().__init__(data, initial=initial)
        for index in range(MOST):
            self.fields[f"name_{index}"] = forms.CharField(label=_("Option"), required=False, max_length=40)
            self.fields[f"values_{index}"] = forms.CharField(
                label=_("Values"),
                required=False,
                max_length=9000,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("One a line, in the order in which shoppers see them. A changed word renames the version."),
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
                was = index if index < len(self.names) else None
                renamed = {} if was is None else find_renamed(self.held[was], values)
                drafts.append(OptionDraft(name, values, was=was, renamed=renamed))
        return drafts


def find_renamed(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Return which values were only called otherwise, `{new: old}`: those that took the places of as many others.

    A value that stands on another line was moved, and one that was there is no other's new name.
    """
    clean = [" ".join(value.split()) for value in after]
    renamed: dict[str, str] = {}
    for kind, start, end, new_start, new_end in SequenceMatcher(a=before, b=clean, autojunk=False).get_opcodes():
        if kind == "replace" and end - start == new_end - new_start:
            renamed |= dict(zip(clean[new_start:new_end], before[start:end], strict=True))
    return {new: old for new, old in renamed.items() if new not in before and old not in clean}
