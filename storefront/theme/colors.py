"""Colors a merchant chooses: checked for contrast, and the shades that follow from them."""

import colorsys
import re

from django.utils.translation import gettext as _

INK = "#1d1b18"
WHITE = "#ffffff"
BLACK = "#000000"
READABLE = 4.5
VISIBLE = 3.0
_HEX = re.compile(r"^#[0-9a-f]{6}$")
_STEPS = 50


def is_color(text: str) -> bool:
    """Tell whether the text is `#rrggbb` in lower case."""
    return bool(_HEX.match(text)) and not text.endswith("\n")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, 1 to 21. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Return `share` of the second color in the first one."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02x}" for a, b in pairs)


def text_on(color: str) -> str:
    """Return white or ink, whichever reads better on this color."""
    return WHITE if contrast(color, WHITE) >= contrast(color, INK) else INK


def shade_against(color: str, grounds: tuple[str, ...], *, least: float, toward: str) -> str:
    """Return the color, mixed with as little of `toward` as it takes to stand out from all grounds by `least`."""
    for step in range(_STEPS + 1):
        shade = mix(color, toward, step / _STEPS)
        if all(contrast(shade, ground) >= least for ground in grounds):
            return shade
    return toward


def name_color(color: str) -> str:
    """Return what people call the color, to go on after “this”."""
    hue, light, full = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(color)))
    if full < 0.12 or light > 0.97 or light < 0.03:
        return _("gray")
    names = (
        (15, _("red")),
        (45, _("orange")),
        (70, _("yellow")),
        (165, _("green")),
        (195, _("teal")),
        (255, _("blue")),
        (290, _("purple")),
        (345, _("pink")),
        (361, _("red")),
    )
    return next(name for end, name in names if hue * 360 < end)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
