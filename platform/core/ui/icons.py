"""Icons as inline SVG: they take the text's color and need no request."""

from functools import lru_cache
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.ui.icon_paths import STATUS, STORE, WORK

_LOGO: Final = '<path d="M3 9.5 11 3l8 6.5V19H3z"/><path d="M3 9.5h16M8.5 19v-5h5v5"/>'


def _draw(paths: dict[str, str], box: int, name: str, css: str, label: str) -> SafeString:
    if name not in paths:
        raise KeyError(f"There is no icon called {name!r}; there are: {', '.join(sorted(paths))}.")
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" {}>{}</svg>',
        css,
        box,
        box,
        said,
        SafeString(paths[name]),
    )


@lru_cache(512)
def icon(name: str, *, small: bool = False, label: str = "") -> SafeString:
    """Return a work-tool icon (18 px, 16 px when small); without a label it is hidden from screen readers.

    Raises: KeyError for a name that is not drawn.
    """
    return _draw(WORK, 20, name, "i s" if small else "i", label)


@lru_cache(512)
def store_icon(name: str, *, small: bool = False, label: str = "") -> SafeString:
    """Return a storefront icon (24 px, 18 px when small).

    Raises: KeyError for a name that is not drawn.
    """
    return _draw(STORE, 24, name, "i s" if small else "i", label)


def status_icon(kind: str) -> SafeString:
    """Return the 12 px shape of a status: none, half, done, wait, look, fail, away, hold, back, live, suggest.

    Raises: KeyError for another kind.
    """
    return _draw(STATUS, 12, kind, "shape", "")


def logo() -> SafeString:
    """Return Shopstead's own mark, 22 px."""
    return format_html(
        '<svg class="house" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">{}</svg>',
        SafeString(_LOGO),
    )
