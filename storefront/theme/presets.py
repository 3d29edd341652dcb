"""Looks to begin with. Each is a whole: choosing one changes every setting but the logo and what was written."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from storefront.theme.fields import Words
from storefront.theme.grounds import GROUNDS


@dataclass(frozen=True, slots=True)
class Preset:
    """A look by name, with a line on whom it suits."""

    name: str
    label: Words
    suits: Words
    settings: dict[str, Any]

    @property
    def accent(self) -> str:
        return str(self.settings["accent"])

    @property
    def paper(self) -> str:
        return GROUNDS[self.settings["ground"]][0]["paper"]

    @property
    def sunken(self) -> str:
        return GROUNDS[self.settings["ground"]][0]["sunken" if self.settings["ground"] != "night" else "surface"]

    @property
    def band(self) -> str:
        return self.accent if self.settings["header"] == "band" else self.paper

    @property
    def round(self) -> int:
        return {"square": 0, "soft": 1, "round": 4}[self.settings["corners"]]


PRESETS: Final[dict[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset(
            "editorial",
            _("Editorial"),
            _("Warm and quiet, with a book’s headings: tea, crafts, things with a story."),
            {
                "ground": "warm", "accent": "#0e5a61", "tint": "#f1e5c9", "scheme": "device",
                "display_face": "serif", "text_face": "sans", "corners": "soft", "cards": "plain", "ratio": "4/5",
                "header": "left",
            },
        ),
        Preset(
            "plain",
            _("Plain"),
            _("White, even and exact: tools, home, electronics."),
            {
                "ground": "white", "accent": "#1f4fd1", "tint": "#e8edf7", "scheme": "device",
                "display_face": "sans", "text_face": "sans", "corners": "soft", "cards": "framed", "ratio": "1/1",
                "header": "left",
            },
        ),
        Preset(
            "atelier",
            _("Atelier"),
            _("Tall pictures, thin letters, much air: fashion, jewelry, ceramics."),
            {
                "ground": "white", "accent": "#1a1a1a", "tint": "#ece7e1", "scheme": "same",
                "display_face": "didone", "text_face": "humanist", "corners": "square", "cards": "centered",
                "ratio": "3/4", "header": "center",
            },
        ),
        Preset(
            "market",
            _("Market"),
            _("Bright, round and close together: outdoor goods, toys, groceries."),
            {
                "ground": "cool", "accent": "#0b6b3a", "tint": "#ffd966", "scheme": "device",
                "display_face": "rounded", "text_face": "rounded", "corners": "round", "cards": "framed",
                "ratio": "1/1", "header": "band",
            },
        ),
        Preset(
            "night",
            _("Night"),
            _("Dark all day, so that screens and metal shine: electronics, games, watches."),
            {
                "ground": "night", "accent": "#6ee7c8", "tint": "#20262e", "scheme": "same",
                "display_face": "mono", "text_face": "sans", "corners": "square", "cards": "framed", "ratio": "4/3",
                "header": "left",
            },
        ),
    )
}  # fmt: skip


def apply_preset(settings: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the settings with the preset's style; logo and words stay."""
    return {**settings, **PRESETS[name].settings, "preset": name}
