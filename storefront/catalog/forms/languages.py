"""A product's texts in the store's further languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_tenant
from storefront.catalog.cards import CardForm, ProductState
from storefront.catalog.forms.text import html_from_text, text_from_html
from storefront.catalog.services.translating import DESCRIPTION_LENGTH, OPTION_LENGTH, TITLE_LENGTH, ProductTexts

SHOWN_LENGTH = 120


class LanguagesForm(CardForm):
    """For each further language the same fields; their placeholders are the store's own words."""

    def __init__(self, data: Any = None, files: Any = None, *, state: ProductState) -> None:
        self.languages = current_tenant().further_languages
        self.values = _values_of(state)
        super().__init__(data, files, state=state)
        product = state.product
        for code in self.languages:
            self._add(f"{code}-title", _("Title"), TITLE_LENGTH, product.title)
            self._add(
                f"{code}-description", _("Description"), 100_000, text_from_html(product.description_html), rows=6
            )
            self._add(f"{code}-seo_title", _("Title for search engines"), TITLE_LENGTH, product.seo_title)
            self._add(
                f"{code}-seo_description",
                _("Description for search engines"),
                DESCRIPTION_LENGTH,
                product.seo_description,
                rows=2,
            )
            for place, name in enumerate(product.option_names):
                self._add(f"{code}-option-{place}", _("Option “%(name)s”") % {"name": name}, OPTION_LENGTH, name)
            for number, (_place, value) in enumerate(self.values):
                self._add(f"{code}-value-{number}", value, OPTION_LENGTH, value)

    def first_values(self) -> dict[str, Any]:
        product = self.state.product
        found: dict[str, Any] = {}
        for code in self.languages:
            said = product.translations.get(code) or {}
            found |= {f"{code}-{name}": said.get(name, "") for name in ("title", "seo_title", "seo_description")}
            found[f"{code}-description"] = text_from_html(said.get("description_html", ""))
            names = said.get("option_names") or []
            for place, (own, name) in enumerate(zip(product.option_names, names, strict=False)):
                found[f"{code}-option-{place}"] = "" if own == name else name
            spoken = _said_values(self.state, code)
            for number, key in enumerate(self.values):
                found[f"{code}-value-{number}"] = spoken.get(key, "")
        return found

    def texts(self) -> dict[str, ProductTexts]:
        """Return what was typed, language by language."""
        data, options = self.cleaned_data, range(len(self.state.product.option_names))
        return {
            code: ProductTexts(
                title=data[f"{code}-title"],
                description_html=html_from_text(data[f"{code}-description"]),
                seo_title=data[f"{code}-seo_title"],
                seo_description=data[f"{code}-seo_description"],
                option_names=[data[f"{code}-option-{place}"] for place in options],
                option_values={key: data[f"{code}-value-{number}"] for number, key in enumerate(self.values)},
            )
            for code in self.languages
        }

    def fields_of(self, code: str, *names: str) -> list[forms.BoundField]:
        """Return the fields of a language whose names begin with one of these."""
        return [self[name] for name in self.fields if name.startswith(tuple(f"{code}-{each}" for each in names))]

    def _add(self, name: str, label: Any, length: int, own: str, *, rows: int = 0) -> None:
        language = next(code for code in self.languages if name.startswith(f"{code}-"))
        attributes: dict[str, Any] = {"placeholder": " ".join(own.split())[:SHOWN_LENGTH], "lang": language}
        if rows:
            attributes |= {"rows": rows} | ({"data-prose": True} if name.endswith("-description") else {})
        widget = forms.Textarea(attrs=attributes) if rows else forms.TextInput(attrs=attributes)
        self.fields[name] = forms.CharField(label=label, required=False, max_length=length, widget=widget)


def _values_of(state: ProductState) -> list[tuple[int, str]]:
    """Return each value of each option once: the option's place, and the value in the store's own words."""
    pairs = {
        (place, str(value)): None
        for place in range(len(state.product.option_names))
        for variant in state.variants
        for value in variant.option_values[place : place + 1]
    }
    return list(pairs)


def _said_values(state: ProductState, code: str) -> dict[tuple[int, str], str]:
    found = {}
    for variant in state.variants:
        said = (variant.translations.get(code) or {}).get("option_values") or []
        for place, (own, word) in enumerate(zip(variant.option_values, said, strict=False)):
            if own != word:
                found[place, str(own)] = str(word)
    return found
