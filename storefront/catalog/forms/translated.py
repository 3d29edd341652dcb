"""The texts of a page, category or collection said once more in each further language of the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.html import strip_tags

from core.tenancy import current_tenant
from storefront.catalog.forms.text import html_from_text, text_from_html
from tenants.languages import name_language

SHOWN_LENGTH = 120


@dataclass(frozen=True, slots=True)
class SaidText:
    """A text that has a form in each language; `is_html` is edited as text, `is_listing` is for search engines."""

    name: str
    label: Any
    length: int
    rows: int = 0
    is_html: bool = False
    is_listing: bool = False


class TranslatedForm(forms.Form):
    """A form that asks for `said` in each further language; the placeholders are the store's own words.

    `own` holds those words, `told` what is kept so far: {"zh-hans": {"title": …}}.
    """

    said: ClassVar[tuple[SaidText, ...]] = ()

    def __init__(self, *args: Any, own: Mapping[str, str], told: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own, self.told = own, told
        self.tongues: list[str] = list(current_tenant().further_languages)
        for code in self.tongues:
            for text in self.said:
                self._add(code, text)

    def translations(self) -> dict[str, dict[str, str]]:
        """Return what is said in other languages; those that the store does not speak now keep theirs."""
        told = {code: dict(words) for code, words in self.told.items()}
        for code in self.tongues:
            typed = {text.name: self._typed(code, text) for text in self.said}
            told[code] = {**told.get(code, {}), **typed}
        return told

    def languages(self) -> list[dict[str, Any]]:
        """Return each further language with its fields, as the card of languages draws them."""
        return [
            {
                "code": code,
                "name": name_language(code),
                "is_missing": not self[f"{code}-{self.said[0].name}"].value(),
                "words": [self[f"{code}-{text.name}"] for text in self.said if not text.is_listing],
                "listing": [self[f"{code}-{text.name}"] for text in self.said if text.is_listing],
            }
            for code in self.tongues
        ]

    def _typed(self, code: str, text: SaidText) -> str:
        words: str = self.cleaned_data[f"{code}-{text.name}"]
        return html_from_text(words) if text.is_html else words

    def _add(self, code: str, text: SaidText) -> None:
        own, kept = self.own.get(text.name, ""), (self.told.get(code) or {}).get(text.name, "")
        if text.is_html:
            own, kept = strip_tags(own), text_from_html(kept)
        attributes = {"placeholder": " ".join(own.split())[:SHOWN_LENGTH], "lang": code}
        if text.rows:
            prose = {"data-prose": True} if text.is_html else {}
            widget: forms.Widget = forms.Textarea(attrs={**attributes, **prose, "rows": text.rows})
        else:
            widget = forms.TextInput(attrs=attributes)
        self.fields[f"{code}-{text.name}"] = forms.CharField(
            label=text.label, required=False, max_length=text.length, widget=widget, initial=kept
        )
