"""One change to many products: at once for few, as a job for many, and taken back by its change set."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.errors import InvalidInput, ShopsteadError
from core.events import publish
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from core.money import minor_digits
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import CollectionNotFound, PriceRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_products
from storefront.catalog.models import Collection, CollectionProduct, Product, ProductVariant
from storefront.catalog.repricing import How, Repricing
from storefront.catalog.services.categories import set_category
from storefront.catalog.services.changes import add_to_change_set, open_change_set, snapshot_products
from storefront.catalog.services.copying import delete_product
from storefront.catalog.services.publishing import set_status
from storefront.catalog.services.variant_edits import edit_variants

MASS_TASK = "storefront.catalog.change_many"
AT_ONCE = 200
MAXIMUM_TAGS = 50
STATUSES = {"publish": ProductStatus.ACTIVE, "draft": ProductStatus.DRAFT, "archive": ProductStatus.ARCHIVED}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MassChange:
    """What to do, and with what: `values` is JSON. Amounts in it are minor units of `currency`."""

    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    currency: str = "USD"

    @property
    def repricing(self) -> Repricing:
        values = self.values
        return Repricing(
            How(values["how"]), Decimal(values["value"]), values.get("ending"), bool(values.get("keeps_old"))
        )


@dataclass(slots=True)
class Changed:
    """How it went: `count` products are different now; `change_set_id` undoes it; what was refused is named."""

    count: int = 0
    change_set_id: int | None = None
    refused: list[str] = field(default_factory=list)


def change_products(
    *,
    product_ids: Sequence[int],
    change: MassChange,
    actor: str,
    now: datetime,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Changed:
    """Do one thing to many products, in transactions of 200; one that is refused as a whole leaves its 200 as they were.

    Raises: InvalidInput, NotFound where not even the first could be done.
    """
    done = Changed()
    ids = sorted(set(product_ids))
    if change.action == "delete":
        return _delete(ids, actor, now, report)
    opened = open_change_set(title=title_of(change, len(ids)), actor=actor, now=now)
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        try:
            with transaction.atomic():
                before = snapshot_products(batch)
                _apply(change, list(before), actor, now)
                done.count += len(add_to_change_set(change_set=opened, before=before, product_ids=before))
        except ShopsteadError as error:
            if len(ids) <= AT_ONCE:
                opened.delete()
                raise
            done.refused.append(str(error))
        report(min(start + AT_ONCE, len(ids)), len(ids))
    if done.count:
        opened.title = title_of(change, done.count)
        opened.save(update_fields=["title"])
        done.change_set_id = opened.pk
    else:
        opened.delete()
    logger.info("%s products changed (%s) by %s", done.count, change.action, actor)
    return done


def start_mass_change(*, product_ids: Sequence[int], change: MassChange, actor: str, now: datetime) -> Job:
    """Ask for the same as a job whose card says how far it is."""
    return create_job(
        kind="product_change",
        title=title_of(change, len(product_ids)),
        task=MASS_TASK,
        params={
            "product_ids": list(product_ids),
            "action": change.action,
            "values": dict(change.values),
            "currency": change.currency,
            "actor": actor,
            "language": get_language() or "en",
        },
        started_by=actor,
        now=now,
    )


def change_as_job(handle: JobHandle, *, now: datetime) -> Changed:
    """Do what `start_mass_change` asked for.

    Raises: JobCanceled, LeaseLost.
    """
    params = handle.params
    change = MassChange(params["action"], params["values"], params["currency"])
    done = change_products(
        product_ids=params["product_ids"],
        change=change,
        actor=params["actor"],
        now=now,
        report=lambda count, total: handle.report(phase=_("Changing"), done=count, total=total),
    )
    handle.partly_failed = bool(done.refused)
    handle.result["message"] = " ".join([title_of(change, done.count), *done.refused[:3]])
    return done


def title_of(change: MassChange, count: int) -> str:
    """Say what was done, in the words of whoever may undo it."""
    said = {
        "publish": ngettext("Published %(num)s product.", "Published %(num)s products.", count),
        "draft": ngettext("Made %(num)s product a draft.", "Made %(num)s products drafts.", count),
        "archive": ngettext("Archived %(num)s product.", "Archived %(num)s products.", count),
        "delete": ngettext("Deleted %(num)s product.", "Deleted %(num)s products.", count),
        "price": ngettext("Changed the price of %(num)s product.", "Changed the price of %(num)s products.", count),
    }
    others = ngettext("Changed %(num)s product.", "Changed %(num)s products.", count)
    return said.get(change.action, others) % {"num": count}


def _apply(change: MassChange, ids: list[int], actor: str, now: datetime) -> None:
    values = change.values
    if change.action in STATUSES:
        set_status(product_ids=ids, status=STATUSES[change.action], actor=actor, now=now)
    elif change.action == "category":
        set_category(product_ids=ids, category_id=values["category_id"], actor=actor, now=now)
    elif change.action == "price":
        edits = plan_prices(ids, change)
        edit_variants(edits=edits, actor=actor, now=now)
    elif change.action == "collection":
        _collect(ids, values["collection_id"])
    else:
        _write(ids, change, now)


def plan_prices(product_ids: Sequence[int], change: MassChange) -> dict[int, dict[str, int | None]]:
    """Return the new prices of all versions of these products, by version.

    Raises: PriceRefused where one would cost nothing or less.
    """
    digits, how = minor_digits(change.currency), change.repricing
    edits: dict[int, dict[str, int | None]] = {}
    variants = ProductVariant.objects.filter(product_id__in=product_ids).select_related("product")
    for variant in variants.order_by("product_id", "position"):
        price, compare_at = how.both(variant.price_amount, variant.compare_at_amount, digits)
        if price < 0 or (price == 0 and how.how is not How.SET):
            raise PriceRefused(
                _("“%(title)s” would cost nothing. Change it by itself, or choose less.")
                % {"title": variant.product.title},
                field="value",
            )
        edits[variant.pk] = {"price_amount": price, "compare_at_amount": compare_at}
    return edits


def _collect(ids: list[int], collection_id: int) -> None:
    collection = Collection.objects.filter(pk=collection_id, is_automatic=False).select_for_update().first()
    if collection is None:
        raise CollectionNotFound(_("There is no such collection."))
    held = set(
        CollectionProduct.objects.filter(collection=collection, product_id__in=ids).values_list("product_id", flat=True)
    )
    last = CollectionProduct.objects.filter(collection=collection).aggregate(last=Max("position"))["last"] or 0
    fresh = [pk for pk in ids if pk not in held]
    CollectionProduct.objects.bulk_create(
        CollectionProduct(collection=collection, product_id=pk, position=last + place)
        for place, pk in enumerate(fresh, start=1)
    )
    if fresh:
        publish(ProductChanged(tuple(fresh)))


def _write(ids: list[int], change: MassChange, now: datetime) -> None:
    changed = []
    for product in lock_products(ids):
        if _edit(product, change):
            product.updated_at = now
            changed.append(product)
    Product.objects.bulk_update(changed, ["tags", "vendor", "updated_at"], batch_size=AT_ONCE)
    if changed:
        publish(ProductChanged(tuple(product.pk for product in changed)))


def _edit(product: Product, change: MassChange) -> bool:
    if change.action == "vendor":
        before, product.vendor = product.vendor, change.values["vendor"]
        return bool(before != product.vendor)
    tags: list[str] = change.values["tags"]
    known = {tag.casefold() for tag in (tags if change.action == "untag" else product.tags)}
    kept = [tag for tag in product.tags if tag.casefold() not in known] if change.action == "untag" else product.tags
    added = [tag for tag in tags if tag.casefold() not in known] if change.action == "tag" else []
    if len(kept) + len(added) > MAXIMUM_TAGS:
        raise InvalidInput(_("“%(title)s” would have more than 50 tags.") % {"title": product.title}, field="tags")
    is_changed = bool(kept + added != product.tags)
    product.tags = kept + added
    return is_changed


def _delete(ids: Sequence[int], actor: str, now: datetime, report: Callable[[int, int], None]) -> Changed:
    done = Changed()
    for place, pk in enumerate(ids, start=1):
        try:
            delete_product(product_id=pk, actor=actor, now=now)
            done.count += 1
        except ShopsteadError as error:
            title = Product.objects.filter(pk=pk).values_list("title", flat=True).first()
            done.refused.append(f"{title}: {error}" if title else str(error))
        report(place, len(ids))
    return done
