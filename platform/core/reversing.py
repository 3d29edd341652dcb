"""From the name of a store's page to its path and back: Django's, remembered, because the same few stand on every page."""

from functools import lru_cache

from django.conf import settings
from django.urls import ResolverMatch, get_script_prefix, resolve, reverse

MOST_REMEMBERED = 4096
# Strangers choose addresses: what is remembered of them is bounded in length, too.
LONGEST_PATH = 300


def page_path(name: str, *handles: str) -> str:
    """Return the path in the language of the request. Nothing secret may stand in it. Raises: NoReverseMatch."""
    return _reverse(name, handles, get_script_prefix())


def plain_path(name: str, *handles: str) -> str:
    """Return the path without a language, as `request.path_info` has it. Raises: NoReverseMatch."""
    return f"/{page_path(name, *handles).removeprefix(get_script_prefix())}"


@lru_cache(MOST_REMEMBERED)
def _reverse(name: str, handles: tuple[str, ...], _prefix: str) -> str:
    return reverse(name, urlconf=settings.ROOT_URLCONF, args=handles)


def match_path(path: str) -> ResolverMatch:
    """Return the view of a path without its language, and what it is called with. Raises: Resolver404."""
    return _match(path) if len(path) <= LONGEST_PATH else _match.__wrapped__(path)


@lru_cache(MOST_REMEMBERED)
def _match(path: str) -> ResolverMatch:
    return resolve(path, settings.ROOT_URLCONF)
