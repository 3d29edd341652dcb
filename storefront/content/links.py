"""From what a menu's link names to an address and a label in the language of the request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from storefront.content.enums import Target
from storefront.content.targets import Aim, Named, is_dead


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a menu; without an address it is a heading over its `items`."""

    label: str
    url: str
    items: list["Link"] = field(default_factory=list)


_NAMED: Final[dict[str, Callable[[str], str]]] = {
    Target.HOME: lambda _value: reverse("home"),
    Target.PRODUCTS: lambda _value: reverse("products"),
    Target.BLOG: lambda _value: reverse("blog"),
    Target.SUPPORT: lambda _value: reverse("support"),
    Target.TRACKING: lambda _value: reverse("order_track"),
    Target.COLLECTION: lambda value: reverse("collection", args=[value]),
    Target.CATEGORY: lambda value: reverse("category", args=[value]),
    Target.PRODUCT: lambda value: reverse("product", args=[value]),
    Target.PAGE: lambda value: reverse("page", args=[value]),
    Target.POST: lambda value: reverse("post", args=[value]),
    Target.POLICY: lambda value: reverse("policy", args=[value]),
    Target.ADDRESS: lambda value: value,
    Target.NOTHING: lambda _value: "",
}


def address_of(target: str, value: str) -> str:
    """Return where a link leads; nowhere when the store has no page of that kind."""
    try:
        return _NAMED[target](value)
    except (KeyError, NoReverseMatch):
        return ""


def to_links(items: Sequence[Mapping[str, Any]], aims: Mapping[Named, Aim]) -> list[Link]:
    """Return a stored menu as links; what shoppers cannot see, or what leads nowhere and holds nothing, is left out."""
    links = []
    for item in items:
        inside = to_links(item.get("items", []), aims)
        url = "" if is_dead(item, aims) else address_of(str(item.get("target")), str(item.get("value", "")))
        if url or inside:
            links.append(Link(_label(item, aims), url, inside))
    return links


def _label(item: Mapping[str, Any], aims: Mapping[Named, Aim]) -> str:
    """Return a link's words in the language of the request; one that is called as what it leads to follows its translation."""
    language, own = get_language() or "", str(item.get("label", ""))
    said: str = item.get("translations", {}).get(language, {}).get("label", "")
    if said:
        return said
    aim = aims.get((str(item.get("target")), str(item.get("value", ""))))
    if aim is not None and aim.title == own:
        return (aim.translations.get(language) or {}).get("title") or own
    return own
