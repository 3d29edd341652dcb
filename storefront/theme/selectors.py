"""Read how the store looks and what its frame links to."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from core.http import HttpRequest
from core.shared_pages import remember
from core.tenancy import current_tenant
from storefront.catalog.models import Collection, PriceList
from storefront.catalog.translations import say
from storefront.content.enums import Place, Target
from storefront.content.links import Link, address_of, to_links
from storefront.content.models import Menu, Page
from storefront.theme.enums import VersionState
from storefront.theme.errors import VersionNotFound
from storefront.theme.look import LOGO_SIZES, complete
from storefront.theme.models import ThemeVersion
from storefront.theme.paint import paint_css
from storefront.theme.preview import is_preview
from tenants.languages import name_language

NAV_COLLECTIONS = 5
FOOTER_PAGES = 12


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around every storefront page. `theme` holds the settings of the look, its `css` and `logo_height`."""

    theme: dict[str, Any]
    sections: list[dict[str, Any]]
    nav_links: list[Link]
    footer_links: list[Link]
    languages: list[tuple[str, str]]
    currencies: list[str]
    sees_draft: bool


def get_shell(request: HttpRequest) -> Shell:
    """Return the frame in the language of the request, in one query a request."""
    known: Shell | None = getattr(request, "shell", None)
    if known is None:
        known = _read_shell(sees_draft=True) if is_preview(request) else remember("shell", _read_published)
        request.shell = known  # type: ignore[attr-defined]
    return known


def find_draft() -> ThemeVersion | None:
    """Return the draft, if somebody has begun one."""
    return ThemeVersion.objects.filter(state=VersionState.DRAFT).first()


def find_published() -> ThemeVersion | None:
    """Return the look that shoppers see."""
    return ThemeVersion.objects.filter(state=VersionState.PUBLISHED).first()


def get_version(version_id: int) -> ThemeVersion:
    """Return a version.

    Raises: VersionNotFound.
    """
    version = ThemeVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise VersionNotFound(_("There is no such version of the look."))
    return version


def list_versions(limit: int = 30) -> list[ThemeVersion]:
    """Return what was ever published, newest first."""
    return list(ThemeVersion.objects.exclude(state=VersionState.DRAFT).order_by("-published_at", "-id")[:limit])


def describe_look(version: ThemeVersion | None) -> dict[str, Any]:
    """Return the settings of a version as templates read them, or of the first look where there is none."""
    look = complete(version.settings if version else {})
    return {**look, "css": paint_css(look), "logo_height": LOGO_SIZES.get(look["logo_size"], LOGO_SIZES["small"])}


def _read_published() -> Shell:
    return _read_shell(sees_draft=False)


def _read_shell(*, sees_draft: bool) -> Shell:
    tenant = current_tenant()
    states = [VersionState.DRAFT, VersionState.PUBLISHED] if sees_draft else [VersionState.PUBLISHED]
    # "draft" sorts before "published".
    version = ThemeVersion.objects.filter(state__in=states).order_by("state").annotate(**_parts()).first()
    menus: dict[str, list[dict[str, Any]]] = {}
    collections: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    others: list[str] = []
    if version is not None:
        others = version.currencies  # type: ignore[attr-defined]
        menus = {menu["place"]: menu["items"] for menu in version.menus}  # type: ignore[attr-defined]
        collections, pages = version.collections, version.pages  # type: ignore[attr-defined]
    return Shell(
        theme=describe_look(version),
        sections=version.sections if version else [],
        nav_links=to_links(menus[Place.HEADER]) if Place.HEADER in menus else _own_header(collections),
        footer_links=to_links(menus[Place.FOOTER]) if Place.FOOTER in menus else _own_footer(collections, pages),
        languages=[(code, name_language(code)) for code in (tenant.language, *tenant.further_languages)],
        currencies=[tenant.currency, *others] if others else [],
        sees_draft=sees_draft,
    )


def _parts() -> dict[str, ArraySubquery]:
    """Return what the frame needs beside the look, as columns of the same row."""
    shown = Collection.objects.filter(is_visible=True).order_by("position", "id")
    linked = Page.objects.filter(is_published=True, in_footer=True).order_by("policy", "position", "id")
    offered = PriceList.objects.filter(is_enabled=True, base_currency=current_tenant().currency)
    page = JSONObject(handle=F("handle"), title=F("title"), policy=F("policy"), translations=F("translations"))
    return {
        "menus": ArraySubquery(Menu.objects.values(data=JSONObject(place=F("place"), items=F("items")))),
        "collections": ArraySubquery(
            shown.values(data=JSONObject(handle=F("handle"), title=F("title")))[:NAV_COLLECTIONS]
        ),
        "pages": ArraySubquery(linked.values(data=page)[:FOOTER_PAGES]),
        "currencies": ArraySubquery(offered.order_by("currency").values("currency")),
    }


def _own_header(collections: list[dict[str, Any]]) -> list[Link]:
    links = [Link(_("All goods"), address_of(Target.PRODUCTS, ""))]
    return links + [Link(one["title"], address_of(Target.COLLECTION, one["handle"])) for one in collections]


def _own_footer(collections: list[dict[str, Any]], pages: list[dict[str, Any]]) -> list[Link]:
    help_links = [Link(_("Ask a question"), address_of(Target.SUPPORT, ""))]
    for page in pages:
        url = address_of(Target.POLICY, page["policy"]) if page["policy"] else address_of(Target.PAGE, page["handle"])
        help_links.append(Link(say(page, "title"), url))
    return [Link(_("Shop"), "", _own_header(collections)), Link(_("Help"), "", help_links)]
