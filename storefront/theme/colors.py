"""Colors a merchant chooses: checked for contrast, and the shades that follow from them."""

import re

PAPER = "#faf8f4"
NIGHT = "#171613"
INK = "#1d1b18"
WHITE = "#ffffff"
READABLE = 4.5
_HEX = re.compile(r"^#[0-9a-f]{6}$")


def is_color(text: str) -> bool:
    """Tell whether the text is `#rrggbb` in lower case."""
    return bool(_HEX.match(text))


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


def night_shade(color: str) -> str:
    """Return the color lightened until it reads on the dark ground."""
    shade = color
    for step in range(1, 20):
        if contrast(shade, NIGHT) >= 7:
            break
        shade = mix(color, WHITE, step / 20)
    return shade


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
