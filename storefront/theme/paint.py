"""From the settings of a look to custom properties over the shared stylesheet, and the contrasts that have to hold."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from storefront.theme.colors import (
    BLACK,
    INK,
    READABLE,
    VISIBLE,
    WHITE,
    contrast,
    is_color,
    mix,
    name_color,
    shade_against,
    text_on,
)
from storefront.theme.errors import ColorRefused
from storefront.theme.grounds import GROUNDS, Neutrals

_CJK = '"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC"'
_SONG = '"Songti SC","Noto Serif SC","Noto Serif CJK SC"'
_SANS = f'ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,{_CJK},sans-serif'
# name: (stack, weight of headings, spacing of Latin headings)
FACES: Final[dict[str, tuple[str, int, str]]] = {
    "serif": (f'ui-serif,"Iowan Old Style","Palatino Linotype",Georgia,{_SONG},serif', 600, "-.01em"),
    "didone": (f'Didot,"Bodoni 72","Bodoni MT","Playfair Display","Noto Serif Display",{_SONG},serif', 400, "-.015em"),
    "sans": (_SANS, 650, "-.015em"),
    "humanist": (f'Optima,Candara,"Gill Sans","Gill Sans Nova","Noto Sans",{_CJK},sans-serif', 500, "0"),
    "rounded": (
        f'ui-rounded,"SF Pro Rounded","Hiragino Maru Gothic ProN",Quicksand,Nunito,Manjari,"Yuanti SC",{_CJK},sans-serif',
        700,
        "-.01em",
    ),
    "mono": (
        f'ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",{_CJK},monospace',
        600,
        "-.03em",
    ),
}
CORNERS: Final[dict[str, tuple[int, int, int]]] = {"square": (0, 0, 0), "soft": (6, 10, 16), "round": (24, 18, 28)}
# Words on a panel: heading and text, dark on light and light on dark.
_PANEL_DARK, _PANEL_LIGHT = (INK, "#4d473e"), (WHITE, "#e4e2dd")


_PAINTED = ("ground", "accent", "tint", "scheme", "display_face", "text_face", "corners", "ratio", "header")


def night_accent(accent: str, neutrals: Neutrals) -> str:
    """Return the accent, lightened until it reads on the dark ground with room to spare."""
    return shade_against(accent, (neutrals["paper"], neutrals["surface"], neutrals["sunken"]), least=7, toward=WHITE)


def check_accent(accent: str, *, ground: str) -> None:
    """Raise ColorRefused where words in this color, or on it, would be hard to read on the ground."""
    light = GROUNDS[ground][0]
    grounds = (light["paper"], light["surface"], light["sunken"])
    is_dark = ground == "night"
    words = INK if is_dark else WHITE
    reads = min(contrast(accent, one) for one in (*grounds, words))
    if reads >= READABLE:
        return
    better = shade_against(accent, (*grounds, words), least=READABLE, toward=WHITE if is_dark else BLACK)
    raise ColorRefused(
        _("Text on this %(color)s is %(found)s : 1; it needs %(needed)s : 1. Use %(better)s instead?")
        % {"color": name_color(accent), "found": _down(reads), "needed": READABLE, "better": better},
        field="accent",
        better=better,
    )


def check_tint(tint: str) -> None:
    """Raise ColorRefused where neither dark nor light words read on a panel in this color."""
    reads = max(contrast(tint, text) for _heading, text in (_PANEL_DARK, _PANEL_LIGHT))
    if reads >= READABLE:
        return
    better = shade_against(tint, (_PANEL_DARK[1],), least=READABLE, toward=WHITE)
    raise ColorRefused(
        _("Words on this %(color)s are %(found)s : 1; they need %(needed)s : 1. Use %(better)s instead?")
        % {"color": name_color(tint), "found": _down(reads), "needed": READABLE, "better": better},
        field="tint",
        better=better,
    )


def palette(look: Mapping[str, Any], *, dark: bool) -> dict[str, str]:
    """Return the colors of a scheme by the name of their custom property, without the dashes."""
    neutrals = GROUNDS[look["ground"]][1 if dark else 0]
    is_dark = dark or look["ground"] == "night"
    accent = look["accent"]
    if dark and look["ground"] != "night":
        accent = night_accent(accent, neutrals)
    on_accent = text_on(accent)
    hero = look["tint"]
    is_light_panel = contrast(hero, _PANEL_DARK[1]) >= READABLE
    heading, text = _PANEL_DARK if is_light_panel else _PANEL_LIGHT
    words, toward = (WHITE, BLACK) if is_light_panel else (INK, WHITE)
    button = shade_against(look["accent"], (hero, words), least=READABLE, toward=toward)
    return {
        **neutrals,
        "accent": accent,
        "accent-hover": mix(accent, WHITE if is_dark else BLACK, 0.2),
        "accent-soft": mix(neutrals["paper"], accent, 0.18 if is_dark else 0.1),
        "on-accent": on_accent,
        "hero": hero,
        "hero-ink": heading,
        "hero-text": text,
        "hero-btn": button,
        "on-hero-btn": text_on(button),
        "band": accent if look["header"] == "band" else neutrals["paper"],
        "on-band": on_accent if look["header"] == "band" else neutrals["ink"],
    }


def list_pairs(colors: Mapping[str, str]) -> Iterator[tuple[str, str, float]]:
    """Yield every pair of a palette that meets in a page: (in front, behind, the contrast it needs)."""
    for behind in ("paper", "surface", "sunken"):
        for front in ("ink", "ink-2", "ink-3", "accent"):
            yield front, behind, READABLE
    yield from (("line-strong", behind, VISIBLE) for behind in ("paper", "surface"))
    yield from (("on-accent", "accent", READABLE), ("on-accent", "accent-hover", READABLE))
    yield from (("ink", "accent-soft", READABLE), ("on-band", "band", READABLE))
    yield from (("hero-ink", "hero", READABLE), ("hero-text", "hero", READABLE))
    yield from (("hero-btn", "hero", VISIBLE), ("on-hero-btn", "hero-btn", READABLE))


def paint_css(look: Mapping[str, Any]) -> str:
    """Return the custom properties of a look: all that tells one store's pages from another's."""
    return _paint(tuple(str(look[name]) for name in _PAINTED))


@lru_cache(maxsize=512)
def _paint(values: tuple[str, ...]) -> str:
    look = dict(zip(_PAINTED, values, strict=True))
    if not (is_color(look["accent"]) and is_color(look["tint"])):
        raise ValueError("a look is painted with checked settings only")
    control, card, sheet = CORNERS[look["corners"]]
    face, weight, spacing = FACES[look["display_face"]]
    shape = (
        f"--radius-control:{control}px;--radius-card:{card}px;--radius-sheet:{sheet}px;--ratio:{look['ratio']};"
        f"--sans:{FACES[look['text_face']][0]};--display:{face};--dw:{weight};--dls:{spacing}"
    )
    light = f":root{{{_properties(palette(look, dark=False))};{shape}}}"
    if look["ground"] == "night":
        return light + _STATUS_AT_NIGHT
    if look["scheme"] == "same":
        return light + _STATUS_BY_DAY
    return f"{light}@media (prefers-color-scheme:dark){{:root{{{_properties(palette(look, dark=True))}}}}}"


def _properties(colors: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{color}" for name, color in colors.items())


def _down(ratio: float) -> str:
    """Write a contrast with one decimal, never rounded up to the one it misses."""
    return f"{int(ratio * 10) / 10:.1f}"


# The shared stylesheet's status colors follow the device; a look that does not follow it fixes them.
_STATUS_BY_DAY = (
    ":root{color-scheme:light;--ok:#1c6b43;--ok-soft:#e3f2e9;--warn:#7a4f00;--warn-soft:#fdf0d2;--bad:#a8231b;"
    "--bad-soft:#fbe6e3;--info:#1b5793;--info-soft:#e4eef8;--dim:none}"
)
_STATUS_AT_NIGHT = (
    ":root{color-scheme:dark;--ok:#86d3a8;--ok-soft:#16301f;--warn:#f0c36a;--warn-soft:#382a0c;--bad:#f3a097;"
    "--bad-soft:#3a1714;--info:#95c1ee;--info-soft:#152a40;--dim:brightness(.9)}"
)
