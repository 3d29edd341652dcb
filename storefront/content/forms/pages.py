"""What the editor of a page or policy sends."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from storefront.catalog.forms.text import html_from_text, text_from_html
from storefront.catalog.forms.translated import SaidText, TranslatedForm
from storefront.content.models import Page
from storefront.content.services import PageDraft
from storefront.content.services.pages import TEXT_LENGTH

MOMENT = "%Y-%m-%dT%H:%M"
HIDDEN, NOW, LATER = "draft", "now", "later"
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


class PlannedForm(WrittenForm):
    """Words, and when shoppers see them: `state` and the moment of what is to come, in the store's time."""

    state = forms.ChoiceField(
        label=_("Who sees it"),
        choices=[(HIDDEN, _("Nobody yet")), (NOW, _("Shoppers")), (LATER, _("Shoppers, from a day on"))],
        widget=forms.RadioSelect,
    )
    published_at = forms.DateTimeField(
        label=_("Day and time"),
        required=False,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = {"zone": timezone.get_current_timezone_name()}
        self.fields["published_at"].help_text = gettext("In your store’s time, %(zone)s.") % zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") == LATER and not data.get("published_at") and "published_at" not in self.errors:
            self.add_error("published_at", _("Say when shoppers may see it."))
        return data


class PageForm(PlannedForm):
    """A page of the store's own."""

    handle = forms.CharField(
        label=_("Address"), required=False, max_length=100, help_text=_("Empty makes one of the title.")
    )
    in_footer = forms.BooleanField(label=_("Link it in the footer"), required=False)

    def draft(self, *, now: datetime) -> PageDraft:
        """Return what was typed as the services take it; a moment that has come is now."""
        data = self.cleaned_data
        moment = data["published_at"] if data["state"] == LATER else None
        return PageDraft(
            title=data["title"],
            body_html=html_from_text(data["body"]),
            handle=data["handle"],
            is_published=data["state"] == NOW or (moment is not None and moment <= now),
            planned_at=moment,
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
        "state": NOW if page.is_published else LATER if page.planned_at else HIDDEN,
        "published_at": timezone.localtime(page.planned_at) if page.planned_at and not page.is_published else None,
        "in_footer": page.in_footer,
        "seo_title": page.seo_title,
        "seo_description": page.seo_description,
    }
