"""Whether goods are for sale: published, put away, or scheduled for a moment to come."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.events import publish
from core.outbox.services import enqueue
from storefront.catalog.enums import ProductStatus
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_products
from storefront.catalog.models import Product

PUBLISH_TASK = "storefront.catalog.publish_due"
# An outbox row may wait so long; what is due later is found by the hourly look.
_WAKES_WITHIN = timedelta(days=30)
LATEST = timedelta(days=5 * 366)

logger = logging.getLogger(__name__)


def set_status(
    *, product_ids: Iterable[int], status: str, actor: str, now: datetime, published_at: datetime | None = None
) -> dict[int, str]:
    """Give the products this status and return what those that changed had before, for undoing.

    `published_at` is for scheduled ones. Raises: InvalidInput.
    """
    with transaction.atomic():
        products = lock_products(list(product_ids))
        changed = [product for product in products if product.status != status or published_at is not None]
        before = {product.pk: product.status for product in changed}
        for product in changed:
            apply_status(product, status, now, published_at=published_at)
        Product.objects.bulk_update(changed, ["status", "published_at", "updated_at"], batch_size=500)
        if before:
            publish(ProductChanged(tuple(before)))
    logger.info("%s products set to %s by %s", len(before), status, actor)
    return before


def restore_statuses(*, statuses: Mapping[int, str], actor: str, now: datetime) -> int:
    """Give each product the status it had before and return how many there were; one that lost its moment is a draft."""
    with transaction.atomic():
        products = lock_products(list(statuses))
        for product in products:
            status = statuses[product.pk]
            apply_status(product, ProductStatus.DRAFT if status == ProductStatus.SCHEDULED else status, now)
        Product.objects.bulk_update(products, ["status", "published_at", "updated_at"], batch_size=500)
        if products:
            publish(ProductChanged(tuple(product.pk for product in products)))
    logger.info("status of %s products restored by %s", len(products), actor)
    return len(products)


def publish_due(*, now: datetime) -> int:
    """Make live what was scheduled for now or earlier and return how many there were; twice publishes nothing twice."""
    due = Product.objects.filter(status=ProductStatus.SCHEDULED, published_at__lte=now)
    with transaction.atomic():
        products = list(due.select_for_update(skip_locked=True).order_by("pk")[:500])
        for product in products:
            product.status, product.updated_at = ProductStatus.ACTIVE, now
        if products:
            Product.objects.bulk_update(products, ["status", "updated_at"])
            publish(ProductChanged(tuple(product.pk for product in products)))
            if len(products) == 500:
                enqueue(task=PUBLISH_TASK)
            logger.info("%s scheduled products published", len(products))
    return len(products)


def apply_status(product: Product, status: str, now: datetime, *, published_at: datetime | None = None) -> None:
    """Set a locked product's status and moment without saving it; a moment that has come is now.

    What is scheduled wakes the store's worker when its moment comes. Raises: InvalidInput without a moment or with one in years.
    """
    status = ProductStatus(status)
    was_ahead = product.published_at is not None and product.published_at > now
    ahead = published_at or (product.published_at if was_ahead else None)
    if status == ProductStatus.SCHEDULED:
        if ahead is None:
            raise InvalidInput(_("Say when the product is to be published."), field="published_at")
        if ahead > now + LATEST:
            raise InvalidInput(_("Choose a moment within the next five years."), field="published_at")
        if ahead <= now:
            status = ProductStatus.ACTIVE
    product.status, product.updated_at = status, now
    if status == ProductStatus.SCHEDULED:
        product.published_at = ahead
        _wake(ahead, now)
    elif status == ProductStatus.ACTIVE:
        product.published_at = now if product.published_at is None or was_ahead else product.published_at
    elif was_ahead:
        product.published_at = None


def _wake(moment: datetime | None, now: datetime) -> None:
    if moment is not None and moment <= now + _WAKES_WITHIN:
        enqueue(task=PUBLISH_TASK, available_at=moment)
