"""What the page of redirects sends."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 2_000_000


class RedirectForm(forms.Form):
    """An old address and where it leads now."""

    from_path = forms.CharField(
        label=_("Old address"),
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "/old-page/", "inputmode": "url", "autocapitalize": "off"}),
        error_messages={"required": _("Write the address that people still use.")},
    )
    to_path = forms.CharField(
        label=_("Leads to"),
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "/pages/about/", "inputmode": "url", "autocapitalize": "off"}),
        error_messages={"required": _("Write where it leads now.")},
    )


class RedirectFileForm(forms.Form):
    """A table of two columns, as a file."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        help_text=_("A CSV file with two columns: the old address and the new one. At most 2 MB."),
        error_messages={"required": _("Choose a file.")},
    )

    def clean_file(self) -> str:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 2 MB."), code="large")
        data = file.read(MOST_BYTES + 1)
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text: str = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return text
        raise forms.ValidationError(_("This is no table of text. Save it as CSV and choose it again."), code="binary")
