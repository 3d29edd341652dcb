"""What the look's settings page sends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from storefront.theme.models import ThemeSettings
from storefront.theme.selectors import FACES
from storefront.theme.services import WORDS, check_accent


class ThemeForm(forms.Form):
    accent = forms.CharField(
        label=_("Accent color"),
        help_text=_(
            "For buttons and links. It has to be dark enough to read; the dark scheme gets a lighter shade of it."
        ),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    display_face = forms.ChoiceField(label=_("Headings"), choices=FACES)
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("JPEG, PNG or WebP, square, at least 100 × 100 pixels."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,image/avif"}),
    )
    drop_logo = forms.BooleanField(label=_("Take the logo away"), required=False)
    announcement = forms.CharField(
        label=_("Announcement"),
        required=False,
        max_length=200,
        help_text=_("One line above every page, such as “Free delivery over $60”. Empty hides it."),
    )
    hero_title = forms.CharField(label=_("Headline"), required=False, max_length=120)
    hero_text = forms.CharField(
        label=_("Text under it"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    hero_button = forms.CharField(label=_("Words on the button"), required=False, max_length=60)
    hero_link = forms.CharField(
        label=_("Where the button leads"),
        required=False,
        max_length=255,
        help_text=_("Such as /collections/kitchen/. Empty leads to all goods."),
    )
    story_title = forms.CharField(label=_("Story headline"), required=False, max_length=120)
    story_text = forms.CharField(
        label=_("Story"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    story_link = forms.CharField(label=_("Where it leads"), required=False, max_length=255)

    @classmethod
    def showing(cls, chosen: ThemeSettings) -> "ThemeForm":
        """Return the form with what holds now."""
        return cls(initial={"accent": chosen.accent, **{name: getattr(chosen, name) for name in WORDS}})

    def clean_accent(self) -> str:
        try:
            return check_accent(self.cleaned_data["accent"])
        except InvalidInput as error:
            raise forms.ValidationError(str(error), code=error.code) from error

    def clean_hero_link(self) -> str:
        return self._clean_link("hero_link")

    def clean_story_link(self) -> str:
        return self._clean_link("story_link")

    def words(self) -> dict[str, str]:
        """Return what was written, by the names of the settings."""
        data: dict[str, Any] = self.cleaned_data
        return {name: data[name] for name in WORDS}

    def _clean_link(self, name: str) -> str:
        link = str(self.cleaned_data[name]).strip()
        if link and not (link.startswith("https://") or (link.startswith("/") and not link.startswith("//"))):
            raise forms.ValidationError(_("Begin with / for a page of this store, or with https://."), code="link")
        return link
