"""What the editor draws: each setting with its control, value, error and, for a color, the shade that would do."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storefront.theme.editing import LOOK
from storefront.theme.enums import Kind
from storefront.theme.fields import Field
from storefront.theme.look import GROUPS, TRANSLATIONS, Group
from storefront.theme.sections.checks import Section
from storefront.theme.sections.kinds import KINDS, SectionKind


@dataclass(frozen=True, slots=True)
class Control:
    """A field in the editor's form. `parts` holds a list's rows of controls, `own` the words a translation is of."""

    field: Field
    name: str
    value: Any
    error: str = ""
    better: str = ""
    own: str = ""
    parts: list[list["Control"]] = dataclasses.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """A group of settings; it is open where something in it is wrong."""

    group: Group
    controls: list[Control]

    @property
    def is_wrong(self) -> bool:
        return any(control.error for control in self.controls)


@dataclass(frozen=True, slots=True)
class DrawnSection:
    """A section of the page with its controls and its first words as a hint of what it says."""

    section: Section
    kind: SectionKind
    controls: list[Control]
    hint: str
    error: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.error) or any(control.error for control in self.controls)


def draw_groups(
    settings: Mapping[str, Any], errors: Mapping[str, str], better: Mapping[str, str], *, language: str
) -> list[DrawnGroup]:
    """Return the groups of settings with what is wrong in them; in another language only those that hold words."""
    if language:
        told = settings.get(TRANSLATIONS, {}).get(language, {})
        drawn = [DrawnGroup(group, _words_of(group, settings, told, errors)) for group in GROUPS]
        return [one for one in drawn if one.controls]
    return [
        DrawnGroup(
            group,
            [
                _control(
                    one, f"{LOOK}-{one.name}", settings[one.name], errors.get(one.name, ""), better.get(one.name, "")
                )
                for one in group.fields
            ],
        )
        for group in GROUPS
    ]


def _words_of(
    group: Group, settings: Mapping[str, Any], told: Mapping[str, Any], errors: Mapping[str, str]
) -> list[Control]:
    return [
        _control(one, f"{LOOK}-{one.name}", told.get(one.name, ""), errors.get(one.name, ""), "", settings[one.name])
        for one in group.fields
        if one.is_words
    ]


def draw_sections(sections: Sequence[Section], errors: Mapping[str, str], *, language: str) -> list[DrawnSection]:
    """Return the sections with what is wrong in them; in another language only their words."""
    return [_draw(section, errors, language) for section in sections]


def _draw(section: Section, errors: Mapping[str, str], language: str) -> DrawnSection:
    kind, values, path = KINDS[section["kind"]], section["values"], f"sections.{section['id']}"
    told = section.get("translations", {}).get(language, {})
    controls = []
    for one in kind.fields:
        name, error = f"{section['id']}-{one.name}", errors.get(f"{path}.{one.name}", "")
        if not language:
            controls.append(_control(one, name, values.get(one.name, one.default), error, ""))
        elif one.is_words:
            controls.append(_control(one, name, told.get(one.name, ""), error, "", str(values.get(one.name, ""))))
        elif one.has_words and values.get(one.name):
            controls.append(_said_parts(one, name, values[one.name], told.get(one.name) or [], error))
    words = (str(values.get(one.name) or "") for one in kind.fields if one.is_words)
    return DrawnSection(section, kind, controls, next((text for text in words if text), ""), errors.get(path, ""))


def _said_parts(one: Field, name: str, own: Sequence[Any], told: Sequence[Any], error: str) -> Control:
    """Return the words of a list's parts beside what they are a translation of."""
    rows = [
        [
            _control(
                part,
                f"{name}-{number}-{part.name}",
                told[number].get(part.name, "") if number < len(told) else "",
                "",
                "",
                str(row.get(part.name) or ""),
            )
            for part in one.fields
            if part.is_words
        ]
        for number, row in enumerate(own)
    ]
    return Control(one, name, told, error, parts=rows)


def _control(one: Field, name: str, value: Any, error: str, better: str, own: str = "") -> Control:
    parts = []
    if one.kind == Kind.PARTS:
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        rows = [*rows, {}][: one.maximum]
        parts = [
            [
                _control(part, f"{name}-{number}-{part.name}", row.get(part.name, part.default), "", "")
                for part in one.fields
            ]
            for number, row in enumerate(rows)
        ]
    return Control(one, name, value, error, better, own, parts)
