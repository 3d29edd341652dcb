"""Which of the product's pictures shows one version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.forms.one_version import OneVersionForm


class VersionPictureForm(OneVersionForm):
    """One of the pictures, or none of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pictures = [
            (str(image.pk), image.alt or _("Picture %(number)s") % {"number": number})
            for number, image in enumerate(self.state.images, start=1)
        ]
        choices = [("", _("None of its own")), *pictures]
        self.ask(
            image=forms.ChoiceField(
                label=_("Picture of this version"), required=False, choices=choices, widget=forms.RadioSelect
            )
        )

    def held(self) -> dict[str, Any]:
        return {"image": self.variant.image_id or ""}
