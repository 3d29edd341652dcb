"""The look a store begins with."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from storefront.theme.fields import fill
from storefront.theme.look import FIELDS
from storefront.theme.presets import apply_preset
from storefront.theme.sections.checks import Section, make_section


def first_look(*, store_name: str, language: str) -> tuple[dict[str, Any], list[Section]]:
    """Return settings and sections with the store's name, in its language; stores in Chinese get the bar on phones."""
    settings = apply_preset(fill(FIELDS, {}), "editorial")
    settings["tab_bar"] = language.startswith("zh")
    with override(language):
        return settings, [
            make_section(
                "hero",
                {
                    "title": _("Welcome to %(store)s") % {"store": store_name},
                    "text": _("Good things, chosen with care and sent with care."),
                    "button": _("See all goods"),
                },
            ),
            make_section("collections", {"title": _("Start somewhere")}),
            make_section("goods", {"title": _("Best-sellers"), "source": "best"}),
            make_section(
                "story",
                {
                    "title": _("A small shop that answers"),
                    "text": _(
                        "Every order is packed by hand. If something is not right, write to us and a person will put it right."
                    ),
                },
            ),
            make_section("for_you", {"title": _("Picked for you")}),
            make_section("promises", {"promises": _promises()}),
        ]


def _promises() -> list[dict[str, str]]:
    return [
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
    ]
