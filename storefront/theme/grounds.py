"""What a store stands on: complete sets of neutral colors, light and dark, whose contrasts a test checks as data."""

from typing import Final

NEUTRALS: Final = ("paper", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3")
Neutrals = dict[str, str]


def _set(*colors: str) -> Neutrals:
    return dict(zip(NEUTRALS, colors, strict=True))


_NIGHT = _set("#131417", "#1d1f23", "#0c0d0f", "#33363c", "#8b8f98", "#f3f4f6", "#cbced4", "#a4a8b1")

# Each has its light and its dark set.
GROUNDS: Final[dict[str, tuple[Neutrals, Neutrals]]] = {
    "warm": (
        _set("#faf8f4", "#ffffff", "#f2eee7", "#e4ded3", "#8d8577", "#1d1b18", "#4d473e", "#6a6357"),
        _set("#171613", "#201e1a", "#12110f", "#36322b", "#8d8577", "#f3efe8", "#cfc8bc", "#a9a194"),
    ),
    "white": (
        _set("#ffffff", "#ffffff", "#f4f4f2", "#e3e3df", "#85857f", "#161616", "#444442", "#63635f"),
        _set("#141414", "#1d1d1d", "#0d0d0d", "#353533", "#8b8b87", "#f4f4f2", "#cdcdca", "#a5a5a1"),
    ),
    "cool": (
        _set("#f3f6f8", "#ffffff", "#e6ecf0", "#d3dce2", "#74838c", "#12202a", "#3a4a55", "#53636e"),
        _set("#10161b", "#182027", "#0b1014", "#2c3740", "#84939d", "#eef3f6", "#c5d0d8", "#9aaab4"),
    ),
    "night": (_NIGHT, _NIGHT),
}
