"""A product's title and description."""

import re
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm

_ONLY_PARAGRAPHS = re.compile(r"^(?:\s*<p>(?:[^<]|<br ?/?>)*</p>)*\s*$")


class TextForm(CardForm):
    """Title and description."""

    title = forms.CharField(
        label=_("Title"), max_length=255, error_messages={"required": _("Give the product a title.")}
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "data-prose": True}),
        help_text=_("An empty line begins a new paragraph. HTML works too."),
    )

    def first_values(self) -> dict[str, Any]:
        product = self.state.product
        return {"title": product.title, "description": text_from_html(product.description_html)}


def html_from_text(text: str) -> str:
    """Return HTML as it is, and plain text as paragraphs."""
    text = text.strip()
    if not text or re.search(r"<[a-zA-Z/]", text):
        return text
    paragraphs = re.split(r"(?:\r?\n){2,}", text)
    return "".join(f"<p>{escape(one.strip())}</p>".replace("\r\n", "<br>").replace("\n", "<br>") for one in paragraphs)


def text_from_html(html: str) -> str:
    """Return plain paragraphs as text; anything richer stays HTML."""
    if not html or not _ONLY_PARAGRAPHS.match(html):
        return html
    text = re.sub(r"<br ?/?>", "\n", html)
    text = re.sub(r"</p>\s*<p>", "\n\n", text)
    text = re.sub(r"</?p>", "", text)
    for entity, letter in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, letter)
    return text.strip()
