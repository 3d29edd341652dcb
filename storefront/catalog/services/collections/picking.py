"""Choose by hand what is in a collection, and in which order."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.catalog.errors import CollectionRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_collection
from storefront.catalog.models import Collection, CollectionProduct, Product

MAXIMUM_PICKED = 5000

logger = logging.getLogger(__name__)


def add_to_collection(*, collection_id: int, product_ids: Iterable[int], actor: str, now: datetime) -> int:
    """Put products at the end of a collection by hand and return how many were not in it; others that are gone are left out.

    Raises: CollectionNotFound, CollectionRefused for one by rule or with more than 5,000 goods.
    """
    with transaction.atomic():
        row = _lock_by_hand(collection_id)
        places = CollectionProduct.objects.filter(collection=row)
        have = set(places.values_list("product_id", flat=True))
        wanted = [pk for pk in dict.fromkeys(product_ids) if pk not in have]
        there = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        fresh = [pk for pk in wanted if pk in there]
        if len(have) + len(fresh) > MAXIMUM_PICKED:
            raise CollectionRefused(_("A collection by hand holds at most 5,000 products. Use rules for more."))
        last = places.aggregate(last=Max("position"))["last"] or 0
        CollectionProduct.objects.bulk_create(
            CollectionProduct(collection=row, product_id=pk, position=last + place)
            for place, pk in enumerate(fresh, start=1)
        )
        if fresh:
            publish(ProductChanged(tuple(sorted(fresh))))
    logger.info("%s products put into collection %s by %s", len(fresh), collection_id, actor)
    return len(fresh)


def remove_from_collection(*, collection_id: int, product_ids: Iterable[int], actor: str, now: datetime) -> int:
    """Take products out of a collection by hand and return how many were in it.

    Raises: CollectionNotFound, CollectionRefused.
    """
    with transaction.atomic():
        row = _lock_by_hand(collection_id)
        places = CollectionProduct.objects.filter(collection=row, product_id__in=list(product_ids))
        gone = sorted(places.values_list("product_id", flat=True))
        places.delete()
        if gone:
            publish(ProductChanged(tuple(gone)))
    logger.info("%s products taken out of collection %s by %s", len(gone), collection_id, actor)
    return len(gone)


def arrange_in_collection(
    *,
    collection_id: int,
    product_id: int,
    step: Literal["up", "down", "first", "last"],
    actor: str,
    now: datetime,
) -> None:
    """Move a product in the order by hand; at an end it stays, and what is not in the collection stays out.

    Raises: CollectionNotFound, CollectionRefused.
    """
    with transaction.atomic():
        row = _lock_by_hand(collection_id)
        places = list(CollectionProduct.objects.filter(collection=row).order_by("position", "id"))
        here = next((number for number, place in enumerate(places) if place.product_id == product_id), None)
        if here is None:
            return
        there = {"up": here - 1, "down": here + 1, "first": 0, "last": len(places) - 1}[step]
        places.insert(min(max(there, 0), len(places) - 1), places.pop(here))
        changed = [place for number, place in enumerate(places, start=1) if place.position != number]
        for number, place in enumerate(places, start=1):
            place.position = number
        CollectionProduct.objects.bulk_update(changed, ["position"], batch_size=500)
        publish(ProductChanged((product_id,)))


def _lock_by_hand(collection_id: int) -> Collection:
    row = lock_collection(collection_id)
    if row.is_automatic:
        raise CollectionRefused(_("This collection fills itself by its rules. Change the rules instead."))
    return row
