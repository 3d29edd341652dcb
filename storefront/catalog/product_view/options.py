"""The buttons of a product's options: every value is there, what cannot be had is struck."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from storefront.catalog.product_view.versions import Version
from storefront.catalog.selectors import ProductPage
from storefront.catalog.translations import say


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of an option. Without a script, `url` shows the page with it chosen; the last option's goes into the cart."""

    label: str
    version: Version
    url: str
    is_chosen: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Option:
    """An option such as Color. Without a script its buttons are links, but for the last one's, which are the form's."""

    name: str
    chosen: str
    choices: list[Choice]
    is_last: bool


def describe_options(page: ProductPage, versions: list[Version], chosen: Version) -> list[Option]:
    """Return the options with all their values; choosing one keeps the options before it and gives way in those after."""
    names = [str(name) for name in say(page.product, "option_names") or []]
    if not names and len(versions) > 1:
        names = [_("Version")]
    last = len(names) - 1
    return [
        Option(name, _value(chosen, place), _choices(versions, chosen, place), is_last=place == last)
        for place, name in enumerate(names)
    ]


def _choices(versions: list[Version], chosen: Version, place: int) -> list[Choice]:
    choices = []
    for value in dict.fromkeys(_value(one, place) for one in versions):
        group = [one for one in versions if _value(one, place) == value]
        fitting = [one for one in group if one.values[:place] == chosen.values[:place]]
        best = max(
            fitting or group,
            key=lambda one: (one.id == chosen.id, one.is_here, one.values[place + 1 :] == chosen.values[place + 1 :]),
        )
        is_gone = not any(one.is_here for one in fitting)
        choices.append(Choice(value, best, f"?variant={best.id}", value == _value(chosen, place), is_gone))
    return choices


def _value(version: Version, place: int) -> str:
    return version.values[place] if place < len(version.values) else version.title
