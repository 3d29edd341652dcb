"""What the editor of a page or policy sends."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import InvalidInput
from storefront.catalog.forms.text import html_from_text, text_from_html
from storefront.catalog.forms.translated import SaidText, TranslatedForm
from storefront.content.models import Page
from storefront.content.services import PageDraft
from storefront.content.services.pages import TEXT_LENGTH

SAID: tuple[SaidText, ...] = (
    SaidText("title", pgettext_lazy("of a text", "Title"), 200),
    SaidText("body_html", pgettext_lazy("of a page", "Text"), TEXT_LENGTH, rows=10, is_html=True),
    SaidText("seo_title", _("Page title"), 200, is_listing=True),
    SaidText("seo_description", _("Description for search engines"), 400, rows=2, is_listing=True),
)


class WrittenForm(TranslatedForm):
    """A title, a text, and what search engines read of them."""

    said: ClassVar[tuple[SaidText, ...]] = SAID
    title = forms.CharField(
        label=pgettext_lazy("of a text", "Title"), max_length=200, error_messages={"required": _("Write a title.")}
    )
    body = forms.CharField(
        label=pgettext_lazy("of a page", "Text"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 16, "data-prose": True}),
        help_text=_("An empty line begins a new paragraph. HTML works too."),
    )
    seo_title = forms.CharField(label=_("Page title"), required=False, max_length=200)
    seo_description = forms.CharField(
        label=_("Description for search engines"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def place_error(self, error: InvalidInput) -> None:
        """Put an error of a service beside the field it speaks of."""
        name = "body" if error.field == "body_html" else error.field
        self.add_error(name if name in self.fields else None, str(error))


class PageForm(WrittenForm):
    """A page of the store's own."""

    handle = forms.CharField(
        label=_("Address"), required=False, max_length=100, help_text=_("Empty makes one of the title.")
    )
    is_published = forms.BooleanField(label=_("Shoppers can see it"), required=False)
    in_footer = forms.BooleanField(label=_("Link it in the footer"), required=False)

    def draft(self) -> PageDraft:
        """Return what was typed as the services take it."""
        data = self.cleaned_data
        return PageDraft(
            title=data["title"],
            body_html=html_from_text(data["body"]),
            handle=data["handle"],
            is_published=data["is_published"],
            in_footer=data["in_footer"],
            seo_title=data["seo_title"],
            seo_description=data["seo_description"],
            translations=self.translations(),
        )


class PolicyForm(WrittenForm):
    """What the law asks a store to say."""

    is_published = forms.BooleanField(label=_("Shoppers can see it"), required=False)

    def draft(self) -> PageDraft:
        """Return what was typed as the services take it."""
        data = self.cleaned_data
        return PageDraft(
            title=data["title"],
            body_html=html_from_text(data["body"]),
            is_published=data["is_published"],
            seo_title=data["seo_title"],
            seo_description=data["seo_description"],
            translations=self.translations(),
        )


def own_words(row: Any) -> dict[str, str]:
    """Return the store's own words of a page or post, by the names that its translations have."""
    return {text.name: getattr(row, text.name) for text in SAID}


def first_values(page: Page) -> dict[str, Any]:
    """Return what the page's fields hold before anybody types."""
    return {
        "title": page.title,
        "body": text_from_html(page.body_html),
        "handle": page.handle,
        "is_published": page.is_published,
        "in_footer": page.in_footer,
        "seo_title": page.seo_title,
        "seo_description": page.seo_description,
    }
