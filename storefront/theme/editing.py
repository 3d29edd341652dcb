"""From the editor's one form to settings and sections, and the deeds of its buttons."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from storefront.catalog.services import store_picture
from storefront.theme.enums import Kind
from storefront.theme.fields import Field
from storefront.theme.look import FIELDS, TRANSLATIONS, WORDS
from storefront.theme.presets import PRESETS, apply_preset
from storefront.theme.sections.checks import Section, make_section
from storefront.theme.sections.kinds import KINDS

LOOK = "look"
Files: TypeAlias = "MultiValueDict[str, UploadedFile[Any]]"


def read_settings(data: QueryDict, files: Files, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the form sends, unchecked; what it does not ask for stays as it is known.

    Raises: PictureRefused, StorageFull.
    """
    read = {
        field.name: known.get(field.name, field.default)
        if field.name == "preset"
        else read_value(field, f"{LOOK}-{field.name}", data, files)
        for field in FIELDS
    }
    return {**read, TRANSLATIONS: known.get(TRANSLATIONS, {})}


def read_words(data: QueryDict, known: Mapping[str, Any], *, language: str) -> dict[str, Any]:
    """Return the settings with the words that the form sends in another language, unchecked."""
    words = {field.name: data.get(f"{LOOK}-{field.name}", "") for field in WORDS}
    return {**known, TRANSLATIONS: {**known.get(TRANSLATIONS, {}), language: words}}


def read_sections(data: QueryDict, files: Files, known: Sequence[Section], *, language: str) -> list[Section]:
    """Return the sections in the order the form sends them, unchecked. In another language only words are asked for.

    Raises: PictureRefused, StorageFull.
    """
    by_id = {section["id"]: section for section in known}
    if language:
        return [_translated(section, data, language) for section in known]
    sections = []
    for token in data.getlist("section"):
        kind = KINDS.get(data.get(f"{token}-kind", ""))
        if kind is None:
            continue
        sections.append(
            {
                "id": token,
                "kind": kind.name,
                "is_hidden": data.get(f"{token}-hidden") == "1",
                "values": {
                    field.name: read_value(field, f"{token}-{field.name}", data, files) for field in kind.fields
                },
                "translations": by_id.get(token, {}).get("translations", {}),
            }
        )
    return sections


def read_value(field: Field, name: str, data: QueryDict, files: Files) -> Any:
    """Return what the form sends for a field under this name."""
    if field.kind == Kind.FLAG:
        return name in data
    if field.kind == Kind.PICTURE:
        return _read_picture(name, data, files)
    if field.kind == Kind.PARTS:
        return [
            {part.name: read_value(part, f"{name}-{number}-{part.name}", data, files) for part in field.fields}
            for number in range(field.maximum)
            if any(f"{name}-{number}-{part.name}" in data for part in field.fields)
        ]
    return data.get(name, field.default)


def do_deed(deed: str, settings: dict[str, Any], sections: list[Section]) -> tuple[dict[str, Any], list[Section], str]:
    """Return settings and sections after the press of a button, and the section to come back to."""
    name, _colon, target = deed.partition(":")
    if name == "preset" and target in PRESETS:
        return apply_preset(settings, target), sections, ""
    if name == "use":
        field, _colon, color = target.partition(":")
        if field in ("accent", "tint"):
            return {**settings, field: color}, sections, ""
    if name == "add" and target in KINDS:
        section = make_section(target)
        return settings, [*sections, section], section["id"]
    place = next((number for number, section in enumerate(sections) if section["id"] == target), None)
    if place is not None and name in _DEEDS:
        return settings, _DEEDS[name](list(sections), place), target
    return settings, sections, ""


def _translated(section: Section, data: QueryDict, language: str) -> Section:
    token, values = section["id"], section["values"]
    words: dict[str, Any] = {}
    for field in KINDS[section["kind"]].fields:
        name = f"{token}-{field.name}"
        if field.is_words:
            words[field.name] = data.get(name, "")
        elif field.has_words:
            words[field.name] = [
                {part.name: data.get(f"{name}-{number}-{part.name}", "") for part in field.fields if part.is_words}
                for number in range(len(values.get(field.name) or []))
            ]
    return {**section, "translations": {**section.get("translations", {}), language: words}}


def _read_picture(name: str, data: QueryDict, files: Files) -> str:
    if (file := files.get(f"{name}-file")) is not None:
        return store_picture(file, folder="theme")[0]
    return "" if f"{name}-drop" in data else data.get(name, "")


def _move(by: int) -> Callable[[list[Section], int], list[Section]]:
    def move(sections: list[Section], place: int) -> list[Section]:
        there = min(max(place + by, 0), len(sections) - 1)
        sections.insert(there, sections.pop(place))
        return sections

    return move


def _remove(sections: list[Section], place: int) -> list[Section]:
    del sections[place]
    return sections


def _hide(sections: list[Section], place: int) -> list[Section]:
    sections[place] = {**sections[place], "is_hidden": not sections[place]["is_hidden"]}
    return sections


_DEEDS: Final = {"up": _move(-1), "down": _move(1), "remove": _remove, "hide": _hide}
