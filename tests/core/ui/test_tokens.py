"""The tokens as data: every pair that carries text or a sign has the contrast WCAG AA asks for, light and dark."""

import re
from pathlib import Path

import pytest

from core.ui import build

TOKENS = (build.UI / "static/ui/css/tokens.css").read_text(encoding="utf-8")
TEXT, SIGN = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent", "bad") for ground in GROUNDS],
    *[("ink", soft, TEXT) for soft in ("accent-soft", "ok-soft", "warn-soft", "bad-soft", "info-soft")],
    *[("ink-2", "accent-soft", TEXT), ("ink-3", "accent-soft", TEXT), ("accent", "accent-soft", TEXT)],
    *[(tone, f"{tone}-soft", TEXT) for tone in ("ok", "warn", "bad", "info")],
    *[(tone, "surface", TEXT) for tone in ("ok", "warn", "info")],
    *[("on-accent", "accent", TEXT), ("on-accent", "accent-hover", TEXT), ("on-point", "point", TEXT)],
    ("surface", "bad", TEXT),
    *[("line-strong", ground, SIGN) for ground in GROUNDS],
]


def read_tokens(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2.2, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_a_pair_of_tokens_has_enough_contrast(scheme: str, front: str, back: str, least: float) -> None:
    tokens = read_tokens(scheme)
    assert contrast(tokens[front], tokens[back]) >= least, f"{front} on {back}, {scheme}"


def test_both_schemes_name_the_same_colors() -> None:
    _light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    assert set(re.findall(r"--([\w-]+): #", dark)) == set(read_tokens("light")) - {"point", "on-point"}


def used_tokens(folder: Path) -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.css"))
    return set(re.findall(r"var\(--([\w-]+)", text)) - set(re.findall(r"--([\w-]+):", text))


def test_the_styles_use_only_tokens_that_exist() -> None:
    known = set(re.findall(r"--([\w-]+):", TOKENS))
    theme = Path(__file__).resolve().parents[3] / "storefront/theme/static/theme/css"
    assert used_tokens(theme) <= known
    assert used_tokens(build.UI / "static/ui/css") <= known
