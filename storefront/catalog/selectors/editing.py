"""Who has a product's page open, and what they have not saved."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from storefront.catalog.models import ProductEditing

# A page says every fifteen seconds that it is open.
HERE = timedelta(seconds=40)


def rows_of(*, product_id: int | None, actor: str) -> "QuerySet[ProductEditing]":
    """Return one person's rows at one product's page, or at that of a new one: one for each time it was opened."""
    at = Q(product__isnull=True) if product_id is None else Q(product_id=product_id)
    return ProductEditing.objects.filter(at, actor=actor)


def find_draft(*, product_id: int | None, actor: str, now: datetime, tab: str = "") -> ProductEditing | None:
    """Return what somebody typed last in this tab, else in one that is open no more, and did not save; None for nothing."""
    drafts = rows_of(product_id=product_id, actor=actor).filter(typed_at__isnull=False).order_by("-typed_at")
    asked = drafts.filter(tab=tab).first() if tab else None
    return asked or drafts.filter(seen_at__lte=now - HERE).first()


def find_draft_elsewhere(*, product_id: int | None, actor: str, tab: str, now: datetime) -> ProductEditing | None:
    """Return what somebody typed last in another tab that is open now, or None."""
    open_now = rows_of(product_id=product_id, actor=actor).exclude(tab=tab).filter(seen_at__gt=now - HERE)
    return open_now.filter(typed_at__isnull=False).order_by("-typed_at").first()


def list_others(*, product_id: int, actor: str, now: datetime) -> list[str]:
    """Return the names of the others who have the page open."""
    rows = ProductEditing.objects.filter(product_id=product_id, seen_at__gt=now - HERE).exclude(actor=actor)
    return list(dict.fromkeys(rows.order_by("pk").values_list("name", flat=True)))


def is_open_twice(*, product_id: int | None, actor: str, tab: str, now: datetime) -> bool:
    """Tell whether somebody has the page open in another tab, too."""
    rows = rows_of(product_id=product_id, actor=actor).exclude(tab=tab)
    return rows.filter(seen_at__gt=now - HERE).exists()


def find_later_save(*, product_id: int, actor: str, tab: str, since: datetime) -> ProductEditing | None:
    """Return who saved the product last since then, in another tab than this one, or None."""
    rows = ProductEditing.objects.filter(product_id=product_id, saved_at__gt=since).exclude(actor=actor, tab=tab)
    return rows.order_by("-saved_at").first()
