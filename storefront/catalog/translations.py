"""Texts of a store in the language of the reader, as they are kept beside the store's own."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from core.tenancy import current_tenant


def say_version(of: Any) -> str:
    """Return the title of a version (as `say` takes it) in the language of the request; empty for the only one."""
    said, own = say(of, "option_values"), of["option_values"] if isinstance(of, Mapping) else of.option_values
    if said != own:
        return " / ".join(map(str, said))
    return str(of["title"] if isinstance(of, Mapping) else of.title)


def say(of: Any, field: str) -> Any:
    """Return a text of a row (a model's instance, or a mapping with `translations`) in the language of the request.

    Where that language has none, it is the store's own.
    """
    if isinstance(of, Mapping):
        own = of[field]
        if of.get("translations") == {}:
            return own
    else:
        own = getattr(of, field)
    language = translation.get_language()
    if language is None or language == current_tenant().language:
        return own
    said = of["translations"] if isinstance(of, Mapping) else of.translations
    return (said.get(language) or {}).get(field) or own
