"""The path of a named page of a store: Django's, remembered, because the same few stand on every page."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse

MOST_REMEMBERED = 4096


def page_path(name: str, *handles: str) -> str:
    """Return the path in the language of the request. Nothing secret may stand in it. Raises: NoReverseMatch."""
    return _reverse(name, handles, get_script_prefix())


@lru_cache(MOST_REMEMBERED)
def _reverse(name: str, handles: tuple[str, ...], _prefix: str) -> str:
    return reverse(name, urlconf=settings.ROOT_URLCONF, args=handles)
