"""Which products a list of the merchant's shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from storefront.catalog.enums import MediaKind, ProductStatus
from storefront.catalog.models import Category, Product, ProductImage, ProductVariant

LOW_STOCK = 5
SORTS: dict[str, tuple[str, ...]] = {
    "updated": ("-updated_at", "-id"),
    "title": ("title", "id"),
    "-title": ("-title", "-id"),
    "price": ("min_price_amount", "id"),
    "-price": ("-min_price_amount", "-id"),
    "stock": ("available_count", "id"),
    "-stock": ("-available_count", "-id"),
    "sold": ("-sold_count", "-id"),
    "newest": ("-created_at", "-id"),
}
DEFAULT_SORT = "updated"


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What a list is narrowed to; empty fields narrow nothing. Prices are minor units.

    `stock` is out, low or in; `photo` and `model` are yes or no; `language` is one that the title is missing in.
    """

    query: str = ""
    statuses: Sequence[str] = ()
    category_id: int | None = None
    vendor: str = ""
    product_type: str = ""
    tag: str = ""
    stock: str = ""
    price_from: int | None = None
    price_to: int | None = None
    photo: str = ""
    model: str = ""
    language: str = ""
    needs_attention: bool = False


def filter_products(wanted: ProductFilter) -> QuerySet[Product]:
    """Return the merchant's products that match, in no order."""
    products = Product.objects.filter(
        _status(wanted.statuses) & _stock(wanted.stock) & _price(wanted) & _belongs(wanted)
    )
    if wanted.tag:
        products = products.filter(tags__contains=[wanted.tag])
    if wanted.photo:
        products = products.filter(cover={}) if wanted.photo == "no" else products.exclude(cover={})
    if wanted.model:
        models = ProductImage.objects.filter(product=OuterRef("pk"), kind=MediaKind.MODEL)
        products = products.filter(Exists(models) if wanted.model == "yes" else ~Exists(models))
    if wanted.language:
        products = products.exclude(**{f"translations__{wanted.language}__title__isnull": False})
    if wanted.needs_attention:
        products = products.exclude(issue_codes=[]).exclude(status=ProductStatus.ARCHIVED)
    return _search(products, wanted.query.strip())


def count_filters(filters: dict[str, ProductFilter]) -> dict[str, int]:
    """Return how many products each of the plain filters (status, stock, attention) finds, in one query."""
    asked = {
        f"in_{place}": Count(
            "pk",
            filter=_status(wanted.statuses)
            & _stock(wanted.stock)
            & (~Q(issue_codes=[]) & ~Q(status=ProductStatus.ARCHIVED) if wanted.needs_attention else Q())
            or None,
        )
        for place, wanted in enumerate(filters.values())
    }
    counts = Product.objects.aggregate(**asked)
    return {name: counts[f"in_{place}"] for place, name in enumerate(filters)}


def list_skus(product_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the item numbers of each product's versions, in order."""
    skus: dict[int, list[str]] = {}
    rows = ProductVariant.objects.filter(product_id__in=product_ids).exclude(sku="").order_by("product_id", "position")
    for product_id, sku in rows.values_list("product_id", "sku"):
        skus.setdefault(product_id, []).append(sku)
    return skus


def list_names_in_use(limit: int = 100) -> dict[str, list[str]]:
    """Return the makers (`vendor`) and kinds (`product_type`) that products have, the first few by alphabet."""
    return {
        field: list(
            Product.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()[:limit]
        )
        for field in ("vendor", "product_type")
    }


def list_category_choices() -> list[tuple[int, str]]:
    """Return all categories in reading order, their titles indented by depth."""
    rows = Category.objects.values_list("pk", "depth", "title")
    return [(pk, "\u2003" * (depth - 1) + title) for pk, depth, title in rows]


def _status(statuses: Sequence[str]) -> Q:
    return Q(status__in=statuses) if statuses else Q()


def _stock(state: str) -> Q:
    if state == "out":
        return Q(status=ProductStatus.ACTIVE, is_available=False)
    if state == "low":
        return Q(status=ProductStatus.ACTIVE, is_available=True, available_count__range=(1, LOW_STOCK))
    return Q(is_available=True) if state == "in" else Q()


def _price(wanted: ProductFilter) -> Q:
    found = Q()
    if wanted.price_from is not None:
        found &= Q(max_price_amount__gte=wanted.price_from)
    if wanted.price_to is not None:
        found &= Q(min_price_amount__lte=wanted.price_to)
    return found


def _belongs(wanted: ProductFilter) -> Q:
    found = Q()
    if wanted.vendor:
        found &= Q(vendor__iexact=wanted.vendor)
    if wanted.product_type:
        found &= Q(product_type__iexact=wanted.product_type)
    if wanted.category_id is not None:
        here = Category.objects.filter(pk=wanted.category_id).first()
        found &= Q(category__path__startswith=here.path) if here else Q(pk__in=[])
    return found


def _search(products: QuerySet[Product], words: str) -> QuerySet[Product]:
    if not words:
        return products
    by_sku = ProductVariant.objects.filter(Q(sku__icontains=words) | Q(barcode=words)).values("product_id")
    return products.annotate(tags_text=Cast("tags", TextField())).filter(
        Q(title__icontains=words) | Q(tags_text__icontains=words) | Q(vendor__icontains=words) | Q(pk__in=by_sku)
    )
