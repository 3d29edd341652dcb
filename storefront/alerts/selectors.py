"""Read who waits for what."""

from django.db.models import Count

from storefront.alerts.models import StockAlert
from storefront.catalog.models import ProductVariant
from storefront.catalog.selectors import active_products

SHOWN = 20


def find_variant(handle: str, variant_id: int | None) -> ProductVariant | None:
    """Return a version of an active product that cannot be bought now: the one asked for, else the first."""
    rows = ProductVariant.objects.filter(product__handle=handle, product__status="active").select_related("product")
    found = [row for row in rows.order_by("position", "pk") if not row.is_buyable]
    return next((row for row in found if row.pk == variant_id), found[0] if found else None)


def is_sold_here(handle: str) -> bool:
    """Tell whether shoppers may see a product of this handle."""
    return active_products().filter(handle=handle).exists()


def list_waiting(variant_id: int) -> list[StockAlert]:
    """Return the first who wait for a variant, oldest first."""
    return list(StockAlert.objects.filter(variant_id=variant_id, sent_at=None).order_by("created_at", "pk")[:SHOWN])


def count_waiting(variant_ids: list[int]) -> dict[int, int]:
    """Return how many wait for each of these variants."""
    rows = StockAlert.objects.filter(variant_id__in=variant_ids, sent_at=None).values("variant_id")
    return {row["variant_id"]: row["count"] for row in rows.annotate(count=Count("pk")).order_by("variant_id")}


def count_shared(email: str, other: str) -> int:
    """Return how many variants two addresses wait for both."""
    mine = StockAlert.objects.filter(email=email, sent_at=None).values("variant_id")
    return StockAlert.objects.filter(email=other, sent_at=None, variant_id__in=mine).count()


def list_wishes(email: str) -> list[dict[str, str | None]]:
    """Return what an address has asked to be told of, in what JSON can hold."""
    rows = StockAlert.objects.filter(email=email.strip().lower()).select_related("variant__product")
    return [
        {
            "product": row.variant.product.title,
            "version": row.variant.title,
            "asked_at": row.created_at.isoformat(),
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        }
        for row in rows.order_by("created_at", "pk")
    ]
