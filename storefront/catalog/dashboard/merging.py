"""What two people typed into one page: each field goes by whoever changed it, and both are asked where both did.

A field's text is what a browser would send for it. A page carries the texts that it was shown with; only what differs
from them was typed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

WAS = "was"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that was typed into here and saved by somebody else meanwhile; both as people read them."""

    field_id: str
    label: str
    mine: str
    theirs: str
    theirs_text: str


class Page:
    """The fields of a page's forms, as their rows are now."""

    def __init__(self, page_forms: Iterable[forms.Form]) -> None:
        self.fields: dict[str, BoundField] = {
            bound.html_name: bound
            for form in page_forms
            for bound in form
            if not isinstance(bound.field.widget, forms.FileInput)
        }
        self.now = {name: _shown(bound) for name, bound in self.fields.items()}

    def was(self, kept: Mapping[str, str] | None = None) -> str:
        """Return the texts that the page is shown with, for its hidden field; `kept` are older ones."""
        return json.dumps({**self.now, **(kept or {})}, ensure_ascii=False)

    def put_back(self, typed: Mapping[str, list[str]]) -> dict[str, str]:
        """Show what was typed earlier, and return what those fields had then; nothing where it is all saved by now."""
        restored = {}
        for name, (before, mine) in typed.items():
            if name in self.fields and self.now[name] != mine:
                self.fields[name].initial = mine
                restored[name] = before
        return restored

    def find_typed(self, sent: QueryDict) -> dict[str, list[str]]:
        """Return what differs from what the page was shown with: `{field: [before, typed]}`."""
        before = _read_was(sent)
        typed = {}
        for name, bound in self.fields.items():
            mine = _sent(bound, sent)
            if name in before and mine != before[name]:
                typed[name] = [before[name], mine]
        return typed

    def merge(self, sent: QueryDict) -> tuple[QueryDict, list[Clash]]:
        """Return what is to be saved, and where two people want different things.

        What was not typed here stays as it is now; a page that says nothing of what it was shown with is taken as it is.
        """
        before = _read_was(sent)
        if not before:
            return sent, []
        merged, clashes = sent.copy(), []
        for name, bound in self.fields.items():
            mine, now = _sent(bound, sent), self.now[name]
            if name not in before or mine == before[name]:
                _put(merged, bound, now)
            elif now not in (before[name], mine):
                clashes.append(self._clash(bound, mine, now))
        return merged, clashes

    def _clash(self, bound: BoundField, mine: str, theirs: str) -> Clash:
        return Clash(bound.auto_id, str(bound.label), _read(bound, mine), _read(bound, theirs), theirs)


def _shown(bound: BoundField) -> str:
    widget, value = bound.field.widget, bound.value()
    if isinstance(widget, forms.CheckboxInput):
        return "on" if widget.check_test(value) else ""
    return _as_sent(bound, widget.format_value(value))


def _sent(bound: BoundField, data: QueryDict) -> str:
    value = bound.field.widget.value_from_datadict(data, {}, bound.html_name)
    if isinstance(value, bool):
        return "on" if value else ""
    return _as_sent(bound, value)


def _as_sent(bound: BoundField, value: object) -> str:
    """Return a text as a browser sends it when nobody has touched it: a box of one line has no line ends."""
    text = _plain(value)
    is_line = isinstance(bound.field.widget, forms.TextInput)
    return text.replace("\n", "").strip() if is_line else text


def _put(data: QueryDict, bound: BoundField, text: str) -> None:
    if isinstance(bound.field.widget, forms.CheckboxInput) and not text:
        data.pop(bound.html_name, None)
    elif getattr(bound.field.widget, "allow_multiple_selected", False):
        data.setlist(bound.html_name, text.split("\n") if text else [])
    else:
        data[bound.html_name] = text


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        value = "\n".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def _read(bound: BoundField, text: str) -> str:
    """Return a text as people read it."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return pgettext("custom field", "Yes") if text else pgettext("custom field", "No")
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        return next((str(label) for value, label in choices if str(value) == text), text)
    return text or _("nothing")


def _read_was(sent: QueryDict) -> dict[str, str]:
    try:
        kept = json.loads(sent.get(WAS, "") or "{}")
    except (ValueError, RecursionError):
        return {}
    return {name: text for name, text in kept.items() if isinstance(text, str)} if isinstance(kept, dict) else {}
