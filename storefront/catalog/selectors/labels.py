"""Tags, brands and kinds: what there is, how often, and what somebody may mean who types."""

from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from storefront.catalog.enums import Label
from storefront.catalog.models import Product

_TAGS = """
SELECT tag, count(*) FROM catalog_product, jsonb_array_elements_text(tags) AS tag
 WHERE jsonb_typeof(tags) = 'array' AND (%s = '' OR strpos(lower(tag), lower(%s)) > 0)
 GROUP BY tag ORDER BY {order} LIMIT %s
"""
_BY_NAME, _BY_COUNT = "lower(tag), tag", "count(*) DESC, tag"
MOST = 2000
SUGGESTED = 8


def list_labels(label: str, query: str = "", *, limit: int = MOST) -> list[tuple[str, int]]:
    """Return (name, how many products have it) by name, in one query."""
    return _list(label, query, limit, by_count=False)


def suggest_labels(label: str, query: str, *, limit: int = SUGGESTED) -> list[str]:
    """Return the most used names with this in them, in one query."""
    return [name for name, _count in _list(label, query, limit, by_count=True)]


def find_products_labeled(label: str, name: str) -> QuerySet[Product]:
    """Return the products that have exactly this tag, brand or kind."""
    if label == Label.TAG:
        return Product.objects.filter(tags__contains=[name])
    return Product.objects.filter(**{Label(label).value: name})


def _list(label: str, query: str, limit: int, *, by_count: bool) -> list[tuple[str, int]]:
    words = query.replace("\0", "").strip()[:100]
    if label == Label.TAG:
        with connection.cursor() as cursor:
            cursor.execute(_TAGS.format(order=_BY_COUNT if by_count else _BY_NAME), [words, words, limit])
            return [(str(name), int(count)) for name, count in cursor.fetchall()]
    column = Label(label).value
    rows: Any = Product.objects.exclude(**{column: ""})
    if words:
        rows = rows.filter(**{f"{column}__icontains": words})
    rows = rows.values_list(column).annotate(count=Count("pk")).order_by("-count" if by_count else column, column)
    return list(rows[:limit])
