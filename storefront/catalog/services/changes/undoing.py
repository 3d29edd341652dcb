"""Put goods back to what they were before a deed."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import UndoRefused
from storefront.catalog.locks import lock_change_set, lock_products
from storefront.catalog.models import ChangeRow, ChangeSet, Product
from storefront.catalog.services.changes.restoring import find_changed_again, restore_rows
from storefront.catalog.services.changes.snapshots import Snapshot, read_products
from storefront.catalog.services.publishing import set_status

UNDO_TASK, UNDO_KIND = "storefront.catalog.undo_changes", "catalog.undo"
BATCH = 200
# A job's card names so many of what was left alone.
NAMED = 50

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A product that was not put back, and why, in the reader's words."""

    product_id: int
    title: str
    reason: str


@dataclass(slots=True)
class Undone:
    """What came of it: how many were put back, how many that the deed had made were archived, and what was left alone."""

    restored_count: int = 0
    archived_count: int = 0
    left_alone: list[LeftAlone] = field(default_factory=list)

    def sentence(self) -> str:
        """Say it in one or two sentences."""
        said = ngettext("%(n)s product is as it was.", "%(n)s products are as they were.", self.restored_count)
        sentences = [said % {"n": self.restored_count}] if self.restored_count or not self.archived_count else []
        if self.archived_count:
            made = ngettext("%(n)s new product was archived.", "%(n)s new products were archived.", self.archived_count)
            sentences.append(made % {"n": self.archived_count})
        if count := len(self.left_alone):
            kept = ngettext("%(n)s has changed again and stays.", "%(n)s have changed again and stay.", count)
            sentences.append(kept % {"n": count})
        return " ".join(sentences)


def undo_change_set(
    *, change_set_id: int, actor: str, now: datetime, report: Callable[[int, int], None] = lambda _done, _total: None
) -> Undone:
    """Put back what a deed changed; `report` hears how far it is.

    Batches are committed one by one, and a second call goes on where a first one broke off.
    Raises: ChangeSetNotFound, UndoRefused when its time is over or it was undone before.
    """
    undone, last, done = Undone(), 0, 0
    with transaction.atomic():
        change_set = _check(change_set_id, now)
        total = ChangeRow.objects.filter(change_set=change_set).count()
    while True:
        with transaction.atomic():
            change_set = _check(change_set_id, now)
            rows = list(ChangeRow.objects.filter(change_set=change_set, pk__gt=last).order_by("pk")[:BATCH])
            if not rows:
                change_set.undone_at = now
                change_set.save(update_fields=["undone_at"])
                break
            _undo_batch(rows, undone, actor, now)
        last, done = rows[-1].pk, done + len(rows)
        report(done, total)
    logger.info("change set %s undone by %s: %s", change_set.pk, actor, undone.restored_count + undone.archived_count)
    return undone


def start_undo(*, change_set_id: int, actor: str, now: datetime) -> Job:
    """Ask for a deed to be undone as a job whose card says what came of it.

    Raises: ChangeSetNotFound, UndoRefused.
    """
    with transaction.atomic():
        change_set = _check(change_set_id, now)
        return create_job(
            kind=UNDO_KIND,
            title=_("Undo: %(deed)s") % {"deed": change_set.title},
            task=UNDO_TASK,
            params={"change_set_id": change_set_id, "language": get_language() or "en"},
            started_by=actor,
            now=now,
        )


def undo_as_job(handle: JobHandle, *, now: datetime) -> None:
    """Do what `start_undo` asked for.

    Raises: JobCanceled, LeaseLost, ChangeSetNotFound, UndoRefused.
    """
    undone = undo_change_set(
        change_set_id=handle.params["change_set_id"],
        actor=handle.job.started_by,
        now=now,
        report=lambda done, total: handle.report(done=done, total=total),
    )
    handle.partly_failed = bool(undone.left_alone)
    handle.result = {
        "message": undone.sentence(),
        "left_alone": [[one.product_id, one.title, one.reason] for one in undone.left_alone[:NAMED]],
    }


def _undo_batch(rows: Sequence[ChangeRow], undone: Undone, actor: str, now: datetime) -> None:
    products = {product.pk: product for product in lock_products([row.product_id for row in rows])}
    current = read_products(products)
    restorable = []
    for row in rows:
        if row.product_id not in products:
            undone.left_alone.append(LeftAlone(row.product_id, "", _("It was deleted since.")))
        elif row.before is None:
            undone.archived_count += 1
        elif changed := find_changed_again(row, current[row.product_id]):
            reason = _("Changed again since: %(what)s.") % {"what": ", ".join(changed)}
            undone.left_alone.append(LeftAlone(row.product_id, products[row.product_id].title, reason))
        else:
            restorable.append(row)
    made = [row.product_id for row in rows if row.before is None and row.product_id in products]
    if made:
        set_status(product_ids=made, status=ProductStatus.ARCHIVED, actor=actor, now=now)
    _restore(restorable, products, current, undone, actor, now)


def _restore(
    rows: Sequence[ChangeRow],
    products: Mapping[int, Product],
    current: Mapping[int, Snapshot],
    undone: Undone,
    actor: str,
    now: datetime,
) -> None:
    """Restore all of them at once; where one cannot be, find out which by going one by one."""
    if not rows:
        return
    try:
        restore_rows(rows=rows, products=products, current=current, actor=actor, now=now)
    except IntegrityError:
        if len(rows) == 1:
            reason = _("Its address or a version’s place is taken by now, or a set of goods holds one of its versions.")
            undone.left_alone.append(LeftAlone(rows[0].product_id, _title_of(rows[0].product_id), reason))
            return
        for row in rows:
            fresh = {product.pk: product for product in lock_products([row.product_id])}
            _restore([row], fresh, current, undone, actor, now)
    else:
        undone.restored_count += len(rows)


def _title_of(product_id: int) -> str:
    return Product.objects.values_list("title", flat=True).get(pk=product_id)


def _check(change_set_id: int, now: datetime) -> ChangeSet:
    change_set = lock_change_set(change_set_id)
    if change_set.undone_at is not None:
        raise UndoRefused(gettext_lazy("This has been undone already."))
    if change_set.expires_at <= now:
        raise UndoRefused(gettext_lazy("The time to undo this is over. Nothing was changed."))
    return change_set
