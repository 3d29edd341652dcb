"""Where a store's pages are, for those that read all of them.

Source: sitemaps.org/protocol.html, with Google's parts for pictures and for languages.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.db.models import Count, Max, QuerySet
from django.urls import get_script_prefix, reverse

from core.tenancy import current_tenant
from storefront.catalog.models import Collection, Product
from storefront.catalog.selectors import active_products
from storefront.content.models import Page
from storefront.feeds.languages import list_alternates
from tenants.selectors import store_url

# The protocol allows 50,000; a smaller part is sent sooner and read again more cheaply.
PART = 5000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_MORE_SPACES = (
    'xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its path without a language, when its content changed last, and its pictures' absolute addresses."""

    path: str
    changed_at: datetime | None = None
    images: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the index: its name, and when the newest of its pages changed."""

    name: str
    changed_at: datetime | None


def list_parts() -> list[Part]:
    """Return the files that the index names, in three queries."""
    summary = active_products().aggregate(many=Count("pk"), newest=Max("updated_at"))
    newest_page = Page.objects.filter(is_published=True).aggregate(newest=Max("updated_at"))["newest"]
    counts = range(1, -(-summary["many"] // PART) + 1)
    has_collections = Collection.objects.filter(is_visible=True).exists()
    return [
        Part("pages-1", newest_page),
        *([Part("collections-1", summary["newest"])] if has_collections else []),
        *(Part(f"products-{number}", summary["newest"]) for number in counts),
    ]


def find_places(name: str) -> list[Place] | None:
    """Return the pages of a part in order, or None where there is no such part."""
    kind, _dash, number = name.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 5 and int(number) > 0):
        return None
    find = _KINDS.get(kind)
    if find is None or (kind != "products" and number != "1"):
        return None
    places = find((int(number) - 1) * PART)
    return places or None


def write_index(parts: Iterable[Part]) -> Iterator[str]:
    """Yield the index of the parts."""
    yield f"{_HEAD}<sitemapindex {_SPACE}>\n"
    for part in parts:
        address = store_url(current_tenant(), f"/sitemaps/{part.name}.xml")
        yield f"<sitemap><loc>{escape(address)}</loc>{_changed(part.changed_at)}</sitemap>\n"
    yield "</sitemapindex>\n"


def write_part(places: Iterable[Place]) -> Iterator[str]:
    """Yield a part: each page in each language of the store, with the others beside it."""
    yield f"{_HEAD}<urlset {_SPACE} {_MORE_SPACES}>\n"
    for place in places:
        alternates = list_alternates(place.path)
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(one.code)} href={quoteattr(one.url)}/>'
            for one in alternates
        )
        images = "".join(f"<image:image><image:loc>{escape(each)}</image:loc></image:image>" for each in place.images)
        for one in alternates:
            if one.code != "x-default":
                beside = links if len(alternates) > 2 else ""
                yield f"<url><loc>{escape(one.url)}</loc>{_changed(place.changed_at)}{beside}{images}</url>\n"
    yield "</urlset>\n"


def _changed(moment: datetime | None) -> str:
    return f"<lastmod>{moment:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if moment else ""


def _pages(_start: int) -> list[Place]:
    places = [Place("/"), Place("/products/")]
    for handle, changed_at in (
        Page.objects.filter(is_published=True, policy="").order_by("pk").values_list("handle", "updated_at")
    ):
        places.append(Place(_path("page", handle), changed_at))
    return places


def _collections(_start: int) -> list[Place]:
    handles = Collection.objects.filter(is_visible=True).order_by("pk").values_list("handle", flat=True)[:PART]
    return [Place(_path("collection", handle)) for handle in handles]


def _products(start: int) -> list[Place]:
    root = store_url(current_tenant(), "")
    rows: QuerySet[Product, tuple[str, datetime, dict[str, str]]] = active_products().values_list(
        "handle", "updated_at", "cover"
    )
    return [
        Place(
            _path("product", handle),
            changed_at,
            [f"{root}{settings.MEDIA_URL}{cover['path']}"] if cover.get("path") else [],
        )
        for handle, changed_at, cover in rows.order_by("pk")[start : start + PART]
    ]


def _path(name: str, handle: str) -> str:
    return f"/{reverse(name, args=[handle]).removeprefix(get_script_prefix())}"


_KINDS: dict[str, Callable[[int], list[Place]]] = {
    "pages": _pages,
    "collections": _collections,
    "products": _products,
}
