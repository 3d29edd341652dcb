"""Title and description."""

from storefront.catalog.cards import Card, Parts
from storefront.catalog.forms.text import TextForm, html_from_text


class TextCard(Card):
    name = "text"
    template = "catalog/dashboard/cards/text.html"
    form_class = TextForm
    errors_of = {"title": "title"}

    def fill(self, parts: Parts) -> None:
        data = self.form.cleaned_data
        parts.fields |= {"title": data["title"], "description_html": html_from_text(data["description"])}
