"""Read how the store looks and what its frame links to."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.http import HttpRequest
from core.shared_pages import remember
from core.tenancy import current_tenant
from storefront.catalog.models import PriceList
from storefront.catalog.translations import say
from storefront.content.default_menus import (
    COLLECTION_FIELDS,
    MOST_COLLECTIONS,
    MOST_PAGES,
    PAGE_FIELDS,
    default_items,
    shown_collections,
    shown_pages,
)
from storefront.content.enums import Place, Target
from storefront.content.links import Link, address_of, to_links
from storefront.content.models import Menu, Page
from storefront.content.targets import find_aims
from storefront.theme.enums import VersionState
from storefront.theme.errors import VersionNotFound
from storefront.theme.look import LOGO_SIZES, complete, in_language
from storefront.theme.models import ThemeVersion
from storefront.theme.paint import paint_css
from storefront.theme.preview import is_preview
from tenants.languages import name_language

# What the bar at a phone's lower edge leads to.
TABS = ("home", "products", "cart", "account")


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around every storefront page. `theme` holds the settings of the look, its `css` and `logo_height`.

    `policy_links` stand at the foot of every page and of the checkout; `linked_paths` are those that are marked while one is there.
    """

    theme: dict[str, Any]
    sections: list[dict[str, Any]]
    nav_links: list[Link]
    footer_links: list[Link]
    policy_links: list[Link]
    languages: list[tuple[str, str]]
    currencies: list[str]
    sees_draft: bool
    linked_paths: frozenset[str]


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
    look = in_language(complete(version.settings if version else {}), get_language() or "")
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
    policies: list[dict[str, Any]] = []
    if version is not None:
        others = version.currencies  # type: ignore[attr-defined]
        menus = {menu["place"]: menu["items"] for menu in version.menus}  # type: ignore[attr-defined]
        collections, pages = version.collections, version.pages  # type: ignore[attr-defined]
        policies = version.policies  # type: ignore[attr-defined]
    aims = find_aims([item for items in menus.values() for item in items], now=utc_now())
    links = {
        place: to_links(menus[place], aims)
        if place in menus
        else _plain_links(default_items(place, collections, pages))
        for place in Place
    }
    return Shell(
        theme=describe_look(version),
        sections=version.sections if version else [],
        nav_links=links[Place.HEADER],
        footer_links=links[Place.FOOTER],
        policy_links=[Link(say(one, "title"), address_of(Target.POLICY, one["policy"])) for one in policies],
        languages=[(code, name_language(code)) for code in (tenant.language, *tenant.further_languages)],
        currencies=[tenant.currency, *others] if others else [],
        sees_draft=sees_draft,
        linked_paths=frozenset(
            [*map(reverse, TABS), *(one.url for link in links[Place.HEADER] for one in (link, *link.items))]
        ),
    )


def _parts() -> dict[str, ArraySubquery]:
    """Return what the frame needs beside the look, as columns of the same row."""
    offered = PriceList.objects.filter(is_enabled=True, base_currency=current_tenant().currency)
    policies = Page.objects.filter(is_published=True).exclude(policy="").order_by("position", "id")
    policy = _row("policy", "title", "translations")
    return {
        "menus": ArraySubquery(Menu.objects.values(data=_row("place", "items"))),
        "collections": ArraySubquery(shown_collections().values(data=_row(*COLLECTION_FIELDS))[:MOST_COLLECTIONS]),
        "pages": ArraySubquery(shown_pages().values(data=_row(*PAGE_FIELDS))[:MOST_PAGES]),
        "policies": ArraySubquery(policies.values(data=policy)),
        "currencies": ArraySubquery(offered.order_by("currency").values("currency")),
    }


def _row(*names: str) -> JSONObject:
    return JSONObject(**{name: F(name) for name in names})


def _plain_links(items: list[dict[str, Any]]) -> list[Link]:
    """Return links that are known to lead somewhere."""
    return [
        Link(item["label"], address_of(item["target"], item["value"]), _plain_links(item["items"])) for item in items
    ]
