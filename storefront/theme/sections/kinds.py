"""The parts a first page is put together from: what each holds, in words and choices."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storefront.theme.enums import Kind
from storefront.theme.fields import Field, Words


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A kind of section; `most` is how many of it one page may have, `icon` its sign in the editor."""

    name: str
    label: Words
    about: Words
    icon: str
    fields: tuple[Field, ...]
    most: int = 6


TITLE = Field("title", _("Headline"), maximum=120)
NOTE = Field("note", _("Line under it"), maximum=200)
BUTTON = Field("button", _("Words on the button"), maximum=60)
LINK = Field("link", _("Where it leads"), Kind.LINK, maximum=255, help=_("Such as /collections/kitchen/"))
COUNT = Field("count", _("How many"), Kind.CHOICE, choices=(("4", "4"), ("8", "8"), ("12", "12")), default="4")
ICONS = (
    ("truck", _("Truck")),
    ("return", _("Arrow back")),
    ("lock", _("Lock")),
    ("shield", _("Shield")),
    ("repair", _("Wrench")),
    ("support", _("Speech bubble")),
    ("check", _("Tick")),
    ("star", _("Star")),
    ("globe", _("Globe")),
    ("mail", _("Letter")),
)

KINDS: Final[dict[str, SectionKind]] = {
    kind.name: kind
    for kind in (
        SectionKind(
            "hero",
            _("Opening picture"),
            _("A headline, a line and one button beside a large picture."),
            "image",
            (
                TITLE,
                Field("text", _("Text under it"), Kind.LINES, maximum=300),
                BUTTON,
                LINK,
                Field("wide", _("Picture for desktops"), Kind.PICTURE),
                Field("tall", _("Picture for phones"), Kind.PICTURE, help=_("Without one, phones show the other.")),
                Field(
                    "side",
                    _("Words stand"),
                    Kind.CHOICE,
                    choices=(("left", _("Left of the picture")), ("right", _("Right of it")), ("under", _("Under it"))),
                    default="left",
                ),
            ),
            most=3,
        ),
        SectionKind(
            "collections",
            _("Collections"),
            _("Where to start: your collections or categories with their pictures."),
            "grid",
            (
                TITLE,
                Field(
                    "source",
                    _("Shows"),
                    Kind.CHOICE,
                    choices=(("collections", _("Collections")), ("categories", _("Categories"))),
                    default="collections",
                ),
                Field(
                    "count",
                    _("At most"),
                    Kind.CHOICE,
                    choices=(("3", "3"), ("4", "4"), ("6", "6"), ("12", "12")),
                    default="6",
                ),
            ),
        ),
        SectionKind(
            "goods",
            _("Goods"),
            _("Best-sellers, what is new, or one collection."),
            "products",
            (
                TITLE,
                NOTE,
                Field(
                    "source",
                    _("Shows"),
                    Kind.CHOICE,
                    choices=(
                        ("best", _("Best-sellers")),
                        ("newest", _("What is new")),
                        ("saving", _("What is reduced")),
                        ("collection", _("One collection")),
                    ),
                    default="best",
                ),
                Field("collection", _("Collection’s address"), maximum=255, help=_("Only where one collection is shown.")),
                COUNT,
            ),
        ),
        SectionKind(
            "story",
            _("Picture and text"),
            _("Something to tell, beside a picture."),
            "note",
            (
                TITLE,
                Field("text", pgettext_lazy("of a page", "Text"), Kind.LINES, maximum=2000),
                Field("button", _("Words on the link"), maximum=60),
                LINK,
                Field("picture", _("Picture"), Kind.PICTURE),
                Field(
                    "side",
                    _("Picture stands"),
                    Kind.CHOICE,
                    choices=(("left", _("Left")), ("right", _("Right"))),
                    default="left",
                ),
            ),
        ),
        SectionKind(
            "text",
            _("Text"),
            _("A headline and a few paragraphs."),
            "list",
            (
                TITLE,
                Field(
                    "text",
                    pgettext_lazy("of a page", "Text"),
                    Kind.LINES,
                    maximum=2000,
                    help=_("An empty line begins a new paragraph."),
                ),
                Field(
                    "align",
                    _("Stands"),
                    Kind.CHOICE,
                    choices=(("left", _("Left")), ("center", _("In the middle"))),
                    default="center",
                ),
            ),
        ),
        SectionKind(
            "promises",
            _("Promises"),
            _("Delivery, returns, payment: up to four, each with a sign."),
            "shield",
            (
                Field(
                    "promises",
                    _("Promises"),
                    Kind.PARTS,
                    maximum=4,
                    fields=(
                        Field("icon", _("Sign"), Kind.CHOICE, choices=ICONS, default="truck"),
                        Field("title", _("Headline"), maximum=80),
                        Field("text", pgettext_lazy("of a page", "Text"), Kind.LINES, maximum=300),
                    ),
                ),
            ),
            most=2,
        ),
        SectionKind(
            "quotes",
            _("What customers say"),
            _("Up to three quotations, each with a name."),
            "support",
            (
                TITLE,
                Field(
                    "quotes",
                    _("Quotations"),
                    Kind.PARTS,
                    maximum=3,
                    fields=(
                        Field("text", _("Words"), Kind.LINES, maximum=400),
                        Field("who", _("Who said it"), maximum=80),
                    ),
                ),
            ),
        ),
        SectionKind(
            "posts",
            _("From the blog"),
            _("The newest posts, with their pictures."),
            "edit",
            (TITLE, Field("count", _("How many"), Kind.CHOICE, choices=(("2", "2"), ("3", "3"), ("6", "6")), default="3")),
            most=1,
        ),
        SectionKind(
            "newsletter",
            _("Newsletter"),
            _("Asks for an e-mail address and keeps the proof of consent."),
            "mail",
            (TITLE, Field("text", _("Text under it"), Kind.LINES, maximum=300)),
            most=1,
        ),
        SectionKind(
            "for_you",
            _("Picked for the shopper"),
            _("From what this shopper bought and looked at; what is new for everybody else."),
            "sparkle",
            (TITLE, COUNT),
            most=1,
        ),
    )
}  # fmt: skip
