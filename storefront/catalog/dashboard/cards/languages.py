"""What the product is called in the store's further languages."""

from datetime import datetime
from typing import Any

from storefront.catalog.cards import Card, ProductState
from storefront.catalog.forms.languages import LanguagesForm
from storefront.catalog.services.translating import translate_product
from tenants.languages import name_language


class LanguagesCard(Card):
    name = "languages"
    template = "catalog/dashboard/cards/languages.html"
    form_class = LanguagesForm

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return bool(LanguagesForm(state=state).languages)

    def save(self, *, actor: str, now: datetime) -> None:
        if isinstance(self.form, LanguagesForm) and self.form.has_changed():
            translate_product(product_id=self.state.product.pk, texts=self.form.texts(), now=now)

    def languages(self) -> list[dict[str, Any]]:
        """Return each language with its fields, and whether the title is still missing."""
        form = self.form
        if not isinstance(form, LanguagesForm):
            return []
        return [
            {
                "code": code,
                "name": name_language(code),
                "is_missing": not form[f"{code}-title"].value(),
                "words": form.fields_of(code, "title", "description"),
                "listing": form.fields_of(code, "seo_"),
                "options": form.fields_of(code, "option-", "value-"),
            }
            for code in form.languages
        ]
