"""A product's gallery: what each thing in it shows, and files and addresses to add."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.forms.fields import ACCEPTED, PicturesField

ADDED = ("video_url", "video_title", "video_poster", "model_glb", "model_usdz", "model_poster", "model_alt")


class PicturesForm(CardForm):
    """A field for each picture's words, named by its id; new pictures; a video; a 3D model."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for image in self.state.images:
            self.fields[f"alt_{image.pk}"] = forms.CharField(
                label=_("What it shows"),
                required=False,
                max_length=500,
                widget=forms.TextInput(attrs={"placeholder": _("Describe it in a few words"), "autocomplete": "off"}),
            )
        self.fields["pictures"] = PicturesField(label=_("Add pictures"))
        poster = forms.FileInput(attrs={"accept": ACCEPTED})
        self.fields["video_url"] = forms.CharField(
            label=_("Address of the video"),
            required=False,
            max_length=500,
            help_text=_(
                "From YouTube, Vimeo or Bilibili, or an .mp4 of your own. Nothing is asked of them until somebody plays it."
            ),
            widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        )
        self.fields["video_title"] = forms.CharField(label=_("Title of the video"), required=False, max_length=200)
        self.fields["video_poster"] = forms.FileField(
            label=_("Picture shown until it plays"), required=False, widget=poster
        )
        self.fields["model_glb"] = forms.FileField(
            label=_("3D model (.glb)"),
            required=False,
            help_text=_("glTF 2.0 in one file, at most 15 MB; under 5 MB opens quickly on a phone."),
            widget=forms.FileInput(attrs={"accept": ".glb,model/gltf-binary"}),
        )
        self.fields["model_usdz"] = forms.FileField(
            label=_("The same for iPhones (.usdz)"),
            required=False,
            help_text=_("Without it, iPhones show the model on the page but not in the room."),
            widget=forms.FileInput(attrs={"accept": ".usdz,model/vnd.usdz+zip"}),
        )
        self.fields["model_poster"] = forms.FileField(
            label=_("Picture shown until it is opened"),
            required=False,
            widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        )
        self.fields["model_alt"] = forms.CharField(label=_("What the model shows"), required=False, max_length=200)

    def first_values(self) -> dict[str, Any]:
        return {f"alt_{image.pk}": image.alt for image in self.state.images}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("video_url") or data.get("video_poster"):
            self._need("video_url", _("Paste the address of the video."))
            self._need("video_title", _("Give the video a title, for those who cannot see it."))
            self._need("video_poster", _("Choose a picture that stands for the video."))
        if data.get("model_glb") or data.get("model_usdz") or data.get("model_poster"):
            self._need("model_glb", _("Choose the model's .glb file."))
            self._need("model_alt", _("Say what the model shows, for those who cannot see it."))
            self._need("model_poster", _("Choose a picture that stands for the model."))
        return data

    def _need(self, name: str, words: Any) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words)
