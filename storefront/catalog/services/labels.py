"""Tags, brands and kinds: renamed or merged over all goods, as a job that can be undone."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.events import publish
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from storefront.catalog.enums import Label
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_products
from storefront.catalog.models import ChangeSet, Product
from storefront.catalog.selectors import find_products_labeled
from storefront.catalog.services.changes import add_to_change_set, open_change_set, snapshot_products
from storefront.catalog.services.products import clean_tags, clean_word

RENAME_TASK, RENAME_KIND = "storefront.catalog.rename_label", "catalog.label"
BATCH = 200

logger = logging.getLogger(__name__)


def start_renaming(*, label: str, before: str, after: str, actor: str, now: datetime) -> Job:
    """Ask for a tag, brand or kind to be called otherwise on all goods; empty takes it away, one that is there merges them.

    Raises: InvalidInput.
    """
    kind, clean = Label(label), _clean(label, after)
    if not find_products_labeled(kind, before).exists():
        raise InvalidInput(gettext_lazy("No product has it any more."))
    if clean == before:
        raise InvalidInput(gettext_lazy("It has this name already."), field="after")
    if clean:
        title = _("Rename “%(before)s” to “%(after)s”") % {"before": before, "after": clean}
    else:
        title = _("Take “%(before)s” off all products") % {"before": before}
    return create_job(
        kind=RENAME_KIND,
        title=title[:200],
        task=RENAME_TASK,
        params={"label": kind.value, "before": before, "after": clean, "language": get_language() or "en"},
        started_by=actor,
        now=now,
    )


def rename_as_job(handle: JobHandle, *, now: datetime) -> None:
    """Do what `start_renaming` asked for, batch by batch, as one deed that can be undone.

    Raises: JobCanceled, LeaseLost.
    """
    params, done = handle.params, 0
    label, before = Label(params["label"]), params["before"]
    total = find_products_labeled(label, before).count()
    change_set = open_change_set(title=handle.job.title, actor=handle.job.started_by, now=now)
    handle.result = {"change_set": change_set.pk}
    while ids := list(find_products_labeled(label, before).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rename_batch(
            label=label, before=before, after=params["after"], product_ids=ids, change_set_id=change_set.pk, now=now
        )
        done += len(ids)
        handle.report(done=done, total=total)
    handle.result["message"] = _("Products changed: %(count)s.") % {"count": done}


def rename_batch(
    *, label: str, before: str, after: str, product_ids: list[int], change_set_id: int, now: datetime
) -> None:
    """Rename it on these products and remember what they were."""
    with transaction.atomic():
        was = snapshot_products(product_ids)
        products = lock_products(product_ids)
        for product in products:
            product.updated_at = now
            if label == Label.TAG:
                product.tags = clean_tags(after if tag == before else tag for tag in product.tags)
            elif label == Label.VENDOR:
                product.vendor = after
            else:
                product.product_type = after
        Product.objects.bulk_update(products, ["tags", "vendor", "product_type", "updated_at"])
        publish(ProductChanged(tuple(product_ids)))
        add_to_change_set(change_set=ChangeSet.objects.get(pk=change_set_id), before=was, product_ids=product_ids)


def _clean(label: str, after: str) -> str:
    if label != Label.TAG:
        return clean_word(after, field="after")
    tags = clean_tags([after])
    return tags[0] if tags else ""
