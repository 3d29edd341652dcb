"""The settings of a look: few, in eight groups; what each may hold; and what they come to in a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storefront.theme.enums import Kind
from storefront.theme.errors import ColorRefused, LookRefused
from storefront.theme.fields import Field, ValueRefused, Words, check_value, check_words, fill, refuse_strangers
from storefront.theme.paint import check_accent, check_tint

LOGO_SIZES = {"small": 28, "medium": 40, "large": 56}


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together in the editor."""

    name: str
    label: Words
    fields: tuple[Field, ...]


GROUPS: Final[tuple[Group, ...]] = (
    Group(
        "colors",
        _("Colors"),
        (
            Field(
                "ground",
                _("Ground"),
                Kind.CHOICE,
                choices=(
                    ("warm", _("Warm paper")),
                    ("white", _("White")),
                    ("cool", _("Cool gray")),
                    ("night", _("Always dark")),
                ),
                default="warm",
            ),
            Field("accent", _("Buttons and links"), Kind.COLOR, default="#0e5a61"),
            Field("tint", _("Panels beside pictures"), Kind.COLOR, default="#f1e5c9"),
            Field(
                "scheme",
                _("In the evening"),
                Kind.CHOICE,
                choices=(("device", _("Follow the shopper’s device")), ("same", _("Always the same"))),
                default="device",
            ),
        ),
    ),
    Group(
        "logo",
        _("Logo"),
        (
            Field("logo", _("Logo"), Kind.PICTURE, help=_("JPEG, PNG or WebP, at least 100 × 100 pixels.")),
            Field(
                "logo_size",
                _("Size"),
                Kind.CHOICE,
                choices=(("small", _("Small")), ("medium", _("Medium")), ("large", _("Large"))),
                default="small",
            ),
            Field("shows_name", _("Show the store’s name beside it"), Kind.FLAG, default=True),
        ),
    ),
    Group(
        "type",
        pgettext_lazy("letters", "Type"),
        (
            Field(
                "display_face",
                _("Headings"),
                Kind.CHOICE,
                choices=(
                    ("serif", _("Book serif")),
                    ("didone", _("Fashion serif")),
                    ("sans", _("Plain sans")),
                    ("humanist", _("Calm sans")),
                    ("rounded", _("Round sans")),
                    ("mono", _("Typewriter")),
                ),
                default="serif",
            ),
            Field(
                "text_face",
                pgettext_lazy("letters", "Text"),
                Kind.CHOICE,
                choices=(
                    ("sans", _("Plain sans")),
                    ("humanist", _("Calm sans")),
                    ("rounded", _("Round sans")),
                    ("serif", _("Book serif")),
                ),
                default="sans",
            ),
        ),
    ),
    Group(
        "shape",
        _("Shape"),
        (
            Field(
                "corners",
                _("Corners"),
                Kind.CHOICE,
                choices=(("square", _("Square")), ("soft", _("Soft")), ("round", _("Round"))),
                default="soft",
            ),
            Field(
                "cards",
                _("Product cards"),
                Kind.CHOICE,
                choices=(("plain", _("Plain")), ("framed", _("Framed")), ("centered", _("Centered"))),
                default="plain",
            ),
            Field(
                "ratio",
                _("Pictures of goods"),
                Kind.CHOICE,
                choices=(
                    ("4/5", _("Upright, 4 : 5")),
                    ("3/4", _("Tall, 3 : 4")),
                    ("1/1", _("Square, 1 : 1")),
                    ("4/3", _("Wide, 4 : 3")),
                ),
                default="4/5",
            ),
        ),
    ),
    Group(
        "header",
        _("Top of every page"),
        (
            Field(
                "header",
                _("Layout"),
                Kind.CHOICE,
                choices=(("left", _("Logo left")), ("center", _("Logo in the middle")), ("band", _("Colored band"))),
                default="left",
            ),
            Field(
                "announcement",
                _("Announcement"),
                maximum=200,
                help=_("One line above every page, such as “Free delivery over $60”. Empty hides it."),
            ),
            Field("announcement_link", _("Where it leads"), Kind.LINK, maximum=255),
        ),
    ),
    Group(
        "footer",
        _("Foot of every page"),
        (
            Field("about", _("A few words about the store"), Kind.LINES, maximum=300),
            Field("newsletter", _("Ask for e-mail addresses there"), Kind.FLAG, default=False),
        ),
    ),
    Group(
        "phone",
        _("On phones"),
        (
            Field(
                "tab_bar",
                _("Bar at the bottom edge: Home, Goods, Cart, Account"),
                Kind.FLAG,
                default=False,
                help=_("Shoppers in China expect it."),
            ),
        ),
    ),
)
# The eighth group is the choice of a preset.
PRESET = Field("preset", _("Style"), default="editorial", maximum=20)
_OWN: Final[tuple[Field, ...]] = tuple(field for group in GROUPS for field in group.fields)
FIELDS: Final[tuple[Field, ...]] = (PRESET, *_OWN)
WORDS: Final[tuple[Field, ...]] = tuple(field for field in _OWN if field.is_words)
# Beside the settings stand their words in other languages, where there are any: {"zh-hans": {"announcement": …}}.
TRANSLATIONS = "translations"


def check_settings(settings: Any) -> dict[str, Any]:
    """Return the settings as they may be kept, complete.

    Raises: LookRefused, which names every setting that is wrong.
    """
    try:
        told = settings.get(TRANSLATIONS, {}) if isinstance(settings, Mapping) else {}
        refuse_strangers((*FIELDS, Field(TRANSLATIONS, "")), settings)
        translations = check_words(WORDS, told)
    except ValueRefused as error:
        raise LookRefused({"settings": str(error)}) from error
    checked, errors, better = fill(FIELDS, {}), {}, {}
    for field in FIELDS:
        if field.name not in settings:
            continue
        try:
            checked[field.name] = check_value(field, settings[field.name])
        except ValueRefused as error:
            errors[field.name] = str(error)
    for name, refused in _color_faults(checked):
        errors.setdefault(name, str(refused))
        better[name] = refused.better
    if errors:
        raise LookRefused(errors, better)
    return {**checked, TRANSLATIONS: translations} if translations else checked


def complete(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored settings with the defaults of what came into being after they were stored."""
    look = {field.name: _stored(field, settings) for field in FIELDS}
    try:
        translations = check_words(WORDS, settings.get(TRANSLATIONS, {}))
    except ValueRefused:
        return look
    return {**look, TRANSLATIONS: translations} if translations else look


def in_language(look: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return settings with the words of a language where it has some."""
    return {**look, **look.get(TRANSLATIONS, {}).get(language, {})}


def _stored(field: Field, settings: Mapping[str, Any]) -> Any:
    """Return a stored value, or the default of one that no longer fits: a page is drawn in any case."""
    try:
        return check_value(field, settings.get(field.name, field.default))
    except ValueRefused:
        return field.default


def _color_faults(checked: Mapping[str, Any]) -> Iterator[tuple[str, ColorRefused]]:
    """Yield what is wrong with the two colors that a merchant chooses freely."""
    try:
        check_accent(checked["accent"], ground=checked["ground"])
    except ColorRefused as error:
        yield "accent", error
    try:
        check_tint(checked["tint"])
    except ColorRefused as error:
        yield "tint", error
