"""The files that buyers of a product get."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import Card, CardForm, ProductState
from storefront.catalog.forms.fields import PicturesField
from storefront.catalog.models import DigitalFile
from storefront.downloads.selectors import list_files
from storefront.downloads.services import DAYS, LIMIT, LONGEST_DAYS, MOST, add_file, remove_file, set_terms


class FilesForm(CardForm):
    """New files for each version, a tick beside each file that is to go, and how long and how often links open them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files_of = list_files([variant.pk for variant in self.state.variants])
        for variant in self.state.variants:
            field = PicturesField(label=_("Add files"))
            field.widget.attrs.pop("accept", None)
            self.fields[f"files_{variant.pk}"] = field
            for file in self.files_of.get(variant.pk, []):
                self.fields[f"unfile_{file.pk}"] = forms.BooleanField(label=_("Remove"), required=False)
        known = next((file for files in self.files_of.values() for file in files), None)
        self.terms = (known.link_days, known.link_downloads) if known else (None, None)
        self.fields["file_days"] = _count(_("Open for"), self.terms[0], DAYS, LONGEST_DAYS)
        self.fields["file_downloads"] = _count(_("Downloads of each file"), self.terms[1], LIMIT, MOST)


class FilesCard(Card):
    name = "files"
    template = "downloads/dashboard/card.html"
    form_class = FilesForm

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return not state.is_gift_card

    @property
    def own(self) -> FilesForm:
        return cast("FilesForm", self.form)

    def save(self, *, actor: str, now: datetime) -> None:
        data = self.form.cleaned_data
        for variant in self.state.variants:
            for file in self.own.files_of.get(variant.pk, []):
                if data[f"unfile_{file.pk}"]:
                    remove_file(file_id=file.pk)
            for sent in data[f"files_{variant.pk}"]:
                add_file(variant_id=variant.pk, file=sent, now=now)
        if "file_days" not in self.form.data:
            return
        terms = (data["file_days"], data["file_downloads"])
        is_new = any(data[f"files_{variant.pk}"] for variant in self.state.variants)
        if terms != self.own.terms or (is_new and terms != (None, None)):
            set_terms(variant_ids=[one.pk for one in self.state.variants], days=terms[0], downloads=terms[1])

    def place_error(self, error: Any) -> bool:
        """Put an error beside the first version's files that were sent."""
        if error.field != "files" or not self.state.variants:
            return False
        sent = [variant for variant in self.state.variants if self.form.cleaned_data.get(f"files_{variant.pk}")]
        self.form.add_error(f"files_{(sent or self.state.variants)[0].pk}", str(error))
        return True

    @property
    def is_open(self) -> bool:
        return bool(self.own.files_of) or bool(self.form.errors)

    def rows(self) -> list[dict[str, Any]]:
        """Return the versions with their files and fields, for the template."""
        return [
            {
                "variant": variant,
                "add": self.form[f"files_{variant.pk}"],
                "files": [self._file(file) for file in self.own.files_of.get(variant.pk, [])],
            }
            for variant in self.state.variants
        ]

    @property
    def lasting(self) -> dict[str, Any]:
        """Return the two fields of the links, for the template."""
        return {"days": self.form["file_days"], "downloads": self.form["file_downloads"]}

    def _file(self, file: DigitalFile) -> dict[str, Any]:
        return {"file": file, "remove": self.form[f"unfile_{file.pk}"]}


def _count(label: Any, value: int | None, usual: int, most: int) -> forms.IntegerField:
    box = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": usual})
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most, initial=value, widget=box)
