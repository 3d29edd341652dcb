"""What people who work in a store write about one thing: a line for colleagues, and a note with tags that stands."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound, ShopsteadError
from core.http import HttpRequest

LONGEST_NOTE = 2000


class NoteForm(forms.Form):
    """A line for colleagues in a history."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=LONGEST_NOTE)


class KeepForm(forms.Form):
    """The merchant's own words on something."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=900, help_text=gettext_lazy("Put commas between them.")
    )


def answer_note(request: HttpRequest, *, write: Callable[[str], object], back: str) -> HttpResponse:
    """Have a line written into a history, and lead back to it."""
    form = NoteForm(request.POST)
    if form.is_valid():
        write(form.cleaned_data["text"])
    else:
        messages.warning(request, _("Write something first."))
    return redirect(f"{back}#timeline")


def answer_keep(request: HttpRequest, *, write: Callable[[str, str], object], back: str) -> HttpResponse:
    """Have a note and tags written, and lead back; what is refused is said there."""
    form = KeepForm(request.POST)
    if not form.is_valid():
        wrong = " ".join(str(words) for field in form.errors.values() for words in field)
        messages.error(request, _("Not saved: %(reason)s") % {"reason": wrong})
        return redirect(back)
    try:
        write(form.cleaned_data["note"], form.cleaned_data["tags"])
    except NotFound:
        raise
    except ShopsteadError as error:
        messages.error(request, _("Not saved: %(reason)s") % {"reason": error})
    else:
        messages.success(request, _("Saved."))
    return redirect(back)
