"""Read how the store looks and what its frame links to."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_tenant
from storefront.catalog.models import Collection
from storefront.content.selectors import list_footer_pages
from storefront.theme.models import ThemeSettings
from tenants.languages import name_language

NAV_COLLECTIONS = 5
FACES = (("serif", _("Editorial, with a serif for headings")), ("sans", _("Plain, one face throughout")))


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
    tenant = current_tenant()
    collections = Collection.objects.filter(is_visible=True).order_by("position", "id").values_list("title", "handle")
    links = [(gettext("All goods"), reverse("products"))]
    links += [(title, reverse("collection", args=[handle])) for title, handle in collections[:NAV_COLLECTIONS]]
    pages = [(page.title, reverse("page", args=[page.handle])) for page in list_footer_pages()]
    return Shell(
        theme=get_theme(),
        nav_links=links,
        footer_pages=pages,
        languages=[(code, name_language(code)) for code in (tenant.language, *tenant.further_languages)],
    )
