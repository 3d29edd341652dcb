"""Keep what a deed changed, for as long as it can be undone."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from storefront.catalog.models import ChangeRow, ChangeSet
from storefront.catalog.services.changes.snapshots import Snapshot, differing, read_products

KEPT = timedelta(hours=24)
_BATCH = 500


def open_change_set(*, title: str, actor: str, now: datetime, kept: timedelta = KEPT) -> ChangeSet:
    """Begin a deed of many transactions; `title` says what it did, in the words of whoever may undo it."""
    return ChangeSet.objects.create(title=title[:255], actor=actor, created_at=now, expires_at=now + kept)


def add_to_change_set(
    *, change_set: ChangeSet, before: Mapping[int, Snapshot], product_ids: Iterable[int]
) -> list[int]:
    """Write what these products were and are; return the ids of those that changed.

    `before` comes from `snapshot_products`; a product of `product_ids` that is not in it was made by the deed. A product
    that an earlier batch of this set changed keeps what it was first.
    """
    with transaction.atomic():
        after = read_products(sorted(set(product_ids)))
        rows = []
        for product_id, snapshot in after.items():
            if product_id not in before:
                rows.append(ChangeRow(change_set=change_set, product_id=product_id, before=None, after={}))
                continue
            old, new = differing(before[product_id], snapshot)
            if old or new:
                rows.append(ChangeRow(change_set=change_set, product_id=product_id, before=old, after=new))
        _keep_what_was_first(change_set, rows)
        ChangeRow.objects.bulk_create(
            rows,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["change_set", "product_id"],
            update_fields=["before", "after"],
        )
    return [row.product_id for row in rows]


def record_change_set(
    *,
    title: str,
    before: Mapping[int, Snapshot],
    product_ids: Iterable[int],
    actor: str,
    now: datetime,
    kept: timedelta = KEPT,
) -> ChangeSet | None:
    """Write what a deed of one transaction changed; None where nothing differs. What it took are the same as above."""
    with transaction.atomic():
        change_set = open_change_set(title=title, actor=actor, now=now, kept=kept)
        if add_to_change_set(change_set=change_set, before=before, product_ids=product_ids):
            return change_set
        change_set.delete()
    return None


def purge_change_sets(*, now: datetime) -> int:
    """Forget the sets whose time is over and return how many there were."""
    ids = list(ChangeSet.objects.filter(expires_at__lte=now).values_list("pk", flat=True))
    for pk in ids:
        with transaction.atomic():
            ChangeRow.objects.filter(change_set_id=pk).delete()
            ChangeSet.objects.filter(pk=pk).delete()
    return len(ids)


def _keep_what_was_first(change_set: ChangeSet, rows: list[ChangeRow]) -> None:
    ids = [row.product_id for row in rows]
    earlier = {row.product_id: row for row in ChangeRow.objects.filter(change_set=change_set, product_id__in=ids)}
    for row in rows:
        first = earlier.get(row.product_id)
        if first is None:
            continue
        if first.before is None:
            row.before, row.after = None, {}
            continue
        row.before = _merged(row.before or {}, first.before)
        row.after = _merged(first.after or {}, row.after or {})


def _merged(under: Snapshot, over: Snapshot) -> Snapshot:
    """Lay one set of differences over another, column by column; `over` wins."""
    merged = dict(under)
    for part, values in over.items():
        mine = dict(merged.get(part, {}))
        for name, value in values.items():
            # Rows are laid over one another by column; a column is one value, whatever is in it.
            is_row = part in ("variants", "images") and isinstance(value, dict) and isinstance(mine.get(name), dict)
            mine[name] = {**mine[name], **value} if is_row else value
        merged[part] = mine
    return merged
