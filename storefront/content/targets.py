"""What the links of a menu may lead to: found by a word, named, and told whether shoppers may see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import BooleanField, Case, CharField, F, JSONField, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Category, Collection, Product
from storefront.content.enums import Target
from storefront.content.menus import Item
from storefront.content.models import Page, Post

MOST_FOUND = 8
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Aim:
    """Something a link can lead to. `value` is its handle; `translations` says its title in other languages."""

    target: str
    value: str
    title: str
    is_shown: bool
    translations: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AimGroup:
    """What was found of one kind."""

    label: "str | Promise"
    aims: list[Aim]


def find_aims(items: Sequence[Item], *, now: datetime) -> dict[Named, Aim]:
    """Return what the links of menus name and the store has, in one question; what is missing here was deleted."""
    wanted: dict[str, set[str]] = {}
    for item in _flat(items):
        wanted.setdefault(str(item.get("target")), set()).add(str(item.get("value", "")))
    questions = [
        _told(rows, kind, handle, shown).filter(**{f"{handle}__in": sorted(wanted[kind])})
        for kind, (rows, handle, shown) in _kinds(now).items()
        if wanted.get(kind)
    ]
    if not questions:
        return {}
    found = questions[0].union(*questions[1:], all=True) if len(questions) > 1 else questions[0]
    return {(kind, handle): Aim(kind, handle, title, shown, words) for kind, handle, title, shown, words in found}


def search_aims(query: str, *, now: datetime) -> list[AimGroup]:
    """Return what fits a word, kind by kind; without a word the first of each kind, and no goods: there are too many."""
    kinds = _kinds(now)
    groups = []
    for kind, label in _LABELS.items():
        rows, handle, shown = kinds[kind]
        if kind == Target.PRODUCT and not query:
            continue
        if query:
            rows = rows.filter(Q(title__icontains=query) | Q(**{f"{handle}__icontains": query}))
        found = [Aim(*row) for row in _told(rows.order_by(*_ORDERS[kind]), kind, handle, shown)[:MOST_FOUND]]
        if found:
            groups.append(AimGroup(label, found))
    return groups


def is_dead(item: Mapping[str, Any], aims: Mapping[Named, Aim]) -> bool:
    """Tell whether a link names something that shoppers cannot see."""
    kind = str(item.get("target"))
    if kind not in _LABELS:
        return False
    aim = aims.get((kind, str(item.get("value", ""))))
    return aim is None or not aim.is_shown


_LABELS: Final[dict[str, "str | Promise"]] = {
    Target.PAGE: _("Pages"),
    Target.POLICY: _("Policies"),
    Target.COLLECTION: _("Collections"),
    Target.CATEGORY: _("Categories"),
    Target.POST: _("Blog posts"),
    Target.PRODUCT: _("Products"),
}
_ORDERS: Final[dict[str, tuple[str, ...]]] = {
    Target.PAGE: ("position", "id"),
    Target.POLICY: ("position", "id"),
    Target.COLLECTION: ("position", "id"),
    Target.CATEGORY: ("path",),
    Target.POST: ("-published_at", "-id"),
    Target.PRODUCT: ("-sold_count", "-id"),
}


def _kinds(now: datetime) -> dict[str, tuple["QuerySet[Any]", str, Q]]:
    """Return the rows of each kind, the column that its address is made of, and which of them shoppers see."""
    return {
        Target.PAGE: (Page.objects.filter(policy=""), "handle", Q(is_published=True)),
        Target.POLICY: (Page.objects.exclude(policy=""), "policy", Q(is_published=True)),
        Target.COLLECTION: (Collection.objects.all(), "handle", Q(is_visible=True)),
        Target.CATEGORY: (Category.objects.all(), "handle", Q(is_visible=True)),
        Target.POST: (Post.objects.all(), "handle", Q(published_at__isnull=False, published_at__lte=now)),
        Target.PRODUCT: (Product.objects.all(), "handle", Q(status=ProductStatus.ACTIVE)),
    }


def _told(rows: "QuerySet[Any]", kind: str, handle: str, shown: Q) -> "QuerySet[Any, Any]":
    """Return rows as (kind, handle, title, whether shoppers see it, translations), which a union can put together."""
    told: QuerySet[Any, Any] = rows.values_list(
        Value(str(kind), output_field=CharField()),
        Cast(F(handle), CharField()),
        Cast(F("title"), CharField()),
        _truth(shown),
        Cast(F("translations"), JSONField()),
    )
    return told


def _truth(shown: Q) -> Any:
    return Case(When(shown, then=Value(True)), default=Value(False), output_field=BooleanField())


def _flat(items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        yield item
        yield from item.get("items", [])
