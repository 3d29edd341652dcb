"""What a demo store has besides plain goods: sets, files to load down, what comes later, a second currency."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from shopstead.demo.papers import write_pdf
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import ProductVariant
from storefront.catalog.services.price_lists import add_price_list, switch_price_list
from storefront.catalog.services.publishing import set_status
from storefront.downloads.services import add_file
from storefront.inventory.services import Part, set_parts

ACTOR = "demo"


def write_kinds(store: dict[str, Any], *, now: datetime) -> None:
    """Make sets, files and scheduled goods of those that the store's file marks, and offer its further currencies.

    Call it inside the store, after `furnish`.
    """
    variants = _variants()
    for good in store["goods"]:
        variant = variants[good["handle"]]
        if "set" in good:
            parts = [Part(variants[name].pk, 1) for name in good["set"]]
            set_parts(variant_id=variant.pk, parts=parts)
        if "file" in good:
            paper = ContentFile(write_pdf(good["file"]["pages"]), name=good["file"]["name"])
            add_file(variant_id=variant.pk, file=paper, now=now)
        if "publishes_in_days" in good:
            moment = now + timedelta(days=good["publishes_in_days"])
            set_status(
                product_ids=[variant.product_id],
                status=ProductStatus.SCHEDULED,
                published_at=moment,
                actor=ACTOR,
                now=now,
            )
    for currency, rate in store["currencies"].items():
        row = add_price_list(currency=currency, rate=Decimal(rate), actor=ACTOR, now=now)
        switch_price_list(list_id=row.pk, is_enabled=True, actor=ACTOR, now=now)


def _variants() -> dict[str, ProductVariant]:
    """Return the store's versions by "handle/title"; the first of a product by its handle alone."""
    found: dict[str, ProductVariant] = {}
    for row in ProductVariant.objects.select_related("product").order_by("product_id", "position"):
        found.setdefault(row.product.handle, row)
        found[f"{row.product.handle}/{row.title}"] = row
    return found
