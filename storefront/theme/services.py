"""Change how the store looks."""

import logging
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from storefront.catalog.services import clear_picture, store_picture
from storefront.theme.colors import PAPER, READABLE, contrast, is_color, night_shade
from storefront.theme.errors import ColorRefused
from storefront.theme.models import ThemeSettings

WORDS = (
    *("announcement", "hero_title", "hero_text", "hero_button", "hero_link"),
    *("story_title", "story_text", "story_link", "display_face"),
)

logger = logging.getLogger(__name__)


def check_accent(color: str) -> str:
    """Return the color in lower case where it reads well on paper and under white words.

    Raises: ColorRefused.
    """
    color = color.strip().lower()
    if not is_color(color):
        raise ColorRefused(_("Write the color as # and six digits, such as #0e5a61."), field="accent")
    reads = min(contrast(color, PAPER), contrast(color, "#ffffff"))
    if reads < READABLE:
        raise ColorRefused(
            _("Words in this color are hard to read: contrast %(found)s, needed %(needed)s. Choose a darker one.")
            % {"found": f"{reads:.1f}", "needed": READABLE},
            field="accent",
        )
    return color


def update_theme(
    *,
    accent: str,
    words: dict[str, str],
    actor: str,
    logo: IO[bytes] | None = None,
    drop_logo: bool = False,
) -> ThemeSettings:
    """Write the merchant's choices; `words` may hold any of WORDS.

    Raises: ColorRefused, PictureRefused; nothing is changed then.
    """
    accent = check_accent(accent)
    path = store_picture(logo, folder="theme")[0] if logo is not None else ""
    try:
        with transaction.atomic():
            ThemeSettings.objects.get_or_create(pk=1)
            chosen = ThemeSettings.objects.select_for_update().get(pk=1)
            before = chosen.logo
            chosen.accent, chosen.accent_dark = accent, night_shade(accent)
            for name in WORDS:
                if name in words:
                    setattr(chosen, name, words[name].strip())
            if path or drop_logo:
                chosen.logo = path
                transaction.on_commit(lambda: clear_picture(before))
            chosen.save()
    except Exception:
        clear_picture(path)
        raise
    logger.info("look changed by %s", actor)
    return chosen


def furnish_theme(*, store_name: str, language: str) -> ThemeSettings:
    """Give a new store a look of its own name's words, in its language."""
    with override(language):
        defaults: dict[str, Any] = {
            "hero_title": _("Welcome to %(store)s") % {"store": store_name},
            "hero_text": _("Good things, chosen with care and sent with care."),
            "hero_button": _("See all goods"),
            "story_title": _("A small shop that answers"),
            "story_text": _(
                "Every order is packed by hand. If something is not right, write to us and a person will put it right."
            ),
            "promises": [
                {
                    "icon": "truck",
                    "title": _("Packed with care"),
                    "text": _("You see the cost and the day it arrives before you pay."),
                },
                {
                    "icon": "return",
                    "title": _("Time to change your mind"),
                    "text": _("Not what you hoped for? Write to us and send it back."),
                },
                {
                    "icon": "lock",
                    "title": _("Safe payment"),
                    "text": _("Your card is handled by the payment provider and never stored in this shop."),
                },
            ],
        }
    chosen, _made = ThemeSettings.objects.get_or_create(pk=1, defaults=defaults)
    return chosen
