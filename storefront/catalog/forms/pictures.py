"""A product's pictures: what each one shows, and files to add."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.forms.fields import PicturesField


class PicturesForm(CardForm):
    """A field for each picture's words, named by its id, and one for new files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for image in self.state.images:
            self.fields[f"alt_{image.pk}"] = forms.CharField(label=_("What it shows"), required=False, max_length=500)
        self.fields["pictures"] = PicturesField(label=_("Add pictures"))

    def first_values(self) -> dict[str, Any]:
        return {f"alt_{image.pk}": image.alt for image in self.state.images}
