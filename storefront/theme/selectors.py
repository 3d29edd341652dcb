"""Read how the store looks and what its frame links to."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.catalog.models import Collection
from storefront.theme.models import ThemeSettings

NAV_COLLECTIONS = 5


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around every storefront page; links are (label, address) pairs."""

    theme: ThemeSettings
    nav_links: list[tuple[str, str]]
    footer_pages: list[tuple[str, str]]
    languages: list[tuple[str, str]]


def get_theme() -> ThemeSettings:
    """Return the merchant's choices, or the defaults where none were made."""
    return ThemeSettings.objects.filter(pk=1).first() or ThemeSettings()


def get_shell() -> Shell:
    """Return the frame in the language of the request."""
    collections = Collection.objects.filter(is_visible=True).order_by("position", "id").values_list("title", "handle")
    links = [(_("All goods"), reverse("products"))]
    links += [(title, reverse("collection", args=[handle])) for title, handle in collections[:NAV_COLLECTIONS]]
    return Shell(theme=get_theme(), nav_links=links, footer_pages=[], languages=list(settings.LANGUAGES))
