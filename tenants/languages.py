"""The languages that a store can be offered in: those that its buttons speak."""

from typing import Final

from django.conf import settings

NAMES: Final = {"en": "English", "zh-hans": "简体中文"}


def list_others(own: str) -> list[str]:
    """Return the codes of all languages but this one."""
    return [code for code, _name in settings.LANGUAGES if code != own]


def name_language(code: str) -> str:
    """Return a language's name as those who speak it write it."""
    return NAMES.get(code, code)
