"""Take an import back, for a day."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, When
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.events import publish
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import ProductVariant
from storefront.catalog.services.changes import start_undo
from storefront.customers.bulk import put_customers_back, remove_idle_guests
from storefront.inventory.locks import lock_stock
from storefront.inventory.services import set_stock_bulk
from storefront.orders.bulk import remove_imported_orders
from storefront.transfer.enums import UNDO_JOB, ImportKind
from storefront.transfer.locks import lock_run
from storefront.transfer.models import ImportRun, UndoBatch
from storefront.transfer.selectors import get_run
from storefront.transfer.writing.sorting import put_group_back

UNDO_TASK = "storefront.transfer.undo_import"
UNDO_FOR = timedelta(hours=24)


def start_undoing(*, token: str, actor: str, now: datetime) -> Job:
    """Ask for an import to be taken back: what it made goes (products into the archive), what it changed is as it was.

    Raises: NotFound; Conflict when its day is over, or it was undone, or nothing was imported.
    """
    with transaction.atomic():
        run = lock_run(token)
        if run.undone_at is not None:
            raise Conflict(_("This import has been undone already."))
        if not can_be_undone(run, now=now):
            raise Conflict(_("An import can be undone for 24 hours. This one is older, or it changed nothing."))
        ImportRun.objects.filter(pk=run.pk).update(undone_at=now)
        if run.kind == ImportKind.PRODUCTS and run.change_set_id is not None:
            return start_undo(change_set_id=run.change_set_id, actor=actor, now=now)
        return create_job(
            kind=UNDO_JOB,
            title=_("Undo: %(name)s") % {"name": run.filename[:120]},
            task=UNDO_TASK,
            params={"run": run.token, "language": get_language() or "en"},
            started_by=actor,
            now=now,
        )


def can_be_undone(run: ImportRun, *, now: datetime) -> bool:
    """Tell whether there is something to undo, and still time."""
    if run.undone_at is not None or run.imported_at is None or now - run.imported_at > UNDO_FOR:
        return False
    return bool(run.created_count or run.updated_count or run.change_set_id or run.undo_batches.exists())


def carry_out_undo(*, handle: JobHandle, currency: str, now: datetime) -> None:
    """Do what `start_undoing` asked for, batch by batch, the last one first; a second try goes on where the first broke off."""
    run = get_run(handle.params["run"])
    total, done, left = run.undo_batches.count(), 0, 0
    # Guests whom several batches of orders share go when all those orders are gone.
    while (
        batch := run.undo_batches.order_by(Case(When(rows__0__0="guest", then=1), default=0), "-pk").first()
    ) is not None:
        with transaction.atomic():
            left += _put_back(run, batch, actor=handle.job.started_by, currency=currency, now=now)
            batch.delete()
        done += 1
        handle.report(phase=_("Undoing"), done=done, total=total)
    handle.partly_failed = left > 0
    handle.result = {"message": _("The import was undone.")}
    if left:
        handle.result["message"] = ngettext(
            "Undone. %(n)s was changed again since and stays as it is.",
            "Undone. %(n)s were changed again since and stay as they are.",
            left,
        ) % {"n": left}


def _put_back(run: ImportRun, batch: UndoBatch, *, actor: str, currency: str, now: datetime) -> int:
    """Undo one batch and return how many of its things stay as they are."""
    if run.kind == ImportKind.CUSTOMERS:
        return put_customers_back(rows=[(pk, before, after) for pk, before, after in batch.rows])
    if run.kind == ImportKind.ORDERS:
        orders = [pk for kind, pk in batch.rows if kind == "order"]
        if orders:
            publish(ProductChanged(remove_imported_orders(order_ids=orders, currency=currency)))
        guests = [pk for kind, pk in batch.rows if kind == "guest"]
        if guests:
            remove_idle_guests(guests)
        return 0
    if run.kind == ImportKind.GROUPS:
        # Those under another go before it.
        rows = reversed(batch.rows)
        return sum(put_group_back(*row, actor=actor, now=now) for row in rows)
    return _put_counts_back(batch.rows, actor=actor, now=now)


def _put_counts_back(rows: list[list[Any]], *, actor: str, now: datetime) -> int:
    """Undo counts by their differences, so that what was sold since stays sold; return how many cannot be."""
    locked = lock_stock(row[1] for row in rows)
    shelves = {(variant_id, row.warehouse_id): row for variant_id, shelf in locked.items() for row in shelf}
    counts: dict[int, dict[int, int]] = {}
    left = 0
    for kind, variant_id, *rest in rows:
        if kind == "codes":
            ProductVariant.objects.filter(pk=variant_id).update(hs_code=rest[0], origin_country=rest[1])
            continue
        warehouse_id, delta = rest
        stock = shelves.get((variant_id, warehouse_id))
        if stock is None or stock.on_hand_count - delta < stock.reserved_count:
            left += 1
        else:
            counts.setdefault(warehouse_id, {})[variant_id] = stock.on_hand_count - delta
    for warehouse_id, wanted in sorted(counts.items()):
        set_stock_bulk(rows=wanted.items(), warehouse_id=warehouse_id, reason="import", actor=actor, now=now)
    return left
