"""What the pages of categories and collections send."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import InvalidInput
from storefront.catalog.enums import Match
from storefront.catalog.forms.fields import ACCEPTED
from storefront.catalog.forms.translated import SaidText, TranslatedForm
from storefront.catalog.models import Category, Collection
from storefront.catalog.selectors import SORT_LABELS

_BY_HAND = ("manual", pgettext_lazy("sort", "By hand"))


class GroupForm(TranslatedForm):
    """The words of a category or collection in each language, its picture and whether shoppers see it."""

    said: ClassVar[tuple[SaidText, ...]] = (
        SaidText("title", _("Title"), 120),
        SaidText("description_html", _("Description"), 100_000, rows=4, is_html=True),
        SaidText("seo_title", _("Page title"), 255, is_listing=True),
        SaidText("seo_description", _("Description for search engines"), 500, rows=2, is_listing=True),
    )
    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give it a title.")})
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-prose": True}),
        help_text=_("An empty line begins a new paragraph. HTML works too."),
    )
    is_visible = forms.BooleanField(label=_("Shoppers can see it"), required=False)
    cover = forms.FileField(label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED}))
    seo_title = forms.CharField(label=_("Page title"), required=False, max_length=255)
    seo_description = forms.CharField(
        label=_("Description for search engines"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    handle = forms.CharField(label=_("Address"), max_length=100, help_text=_("The old address leads here."))

    def place_error(self, error: InvalidInput) -> None:
        """Put an error of a service beside the field it speaks of."""
        names = {"title": "title", "handle": "handle", "picture": "cover"}
        self.add_error(names.get(error.field or ""), str(error))


class NewGroupForm(forms.Form):
    """The two things that making one asks for."""

    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give it a title.")})
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class NewCollectionForm(NewGroupForm):
    kind = forms.ChoiceField(
        label=_("How is it filled?"),
        choices=[
            ("hand", _("By hand: you choose the products")),
            ("rule", _("By rules: products that fit come and go by themselves")),
        ],
        widget=forms.RadioSelect,
        initial="hand",
    )


class CollectionForm(GroupForm):
    """A collection's own: the order of its goods, and how its rules go together."""

    def __init__(self, *args: Any, collection: Collection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sorts = list(SORT_LABELS.items())
        self.fields["sort"] = forms.ChoiceField(
            label=_("Order of the products"), choices=sorts if collection.is_automatic else [_BY_HAND, *sorts]
        )
        if collection.is_automatic:
            self.fields["match"] = forms.ChoiceField(
                label=_("Products have to fit"), choices=Match.choices, widget=forms.RadioSelect
            )


def words_of(row: "Category | Collection") -> dict[str, Any]:
    """Return what a form needs to ask for a row's words in other languages: its own, and those that are kept."""
    return {"own": {text.name: getattr(row, text.name) for text in GroupForm.said}, "told": row.translations}


def first_values(row: "Category | Collection", description: str) -> dict[str, Any]:
    """Return what the page's fields hold before anybody types."""
    return {
        "title": row.title,
        "description": description,
        "is_visible": row.is_visible,
        "seo_title": row.seo_title,
        "seo_description": row.seo_description,
        "handle": row.handle,
    }
