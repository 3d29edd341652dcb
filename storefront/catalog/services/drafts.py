"""What is typed on a product's page, kept until it is saved or thrown away, and who has the page open."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.catalog.errors import DraftRefused
from storefront.catalog.models import ProductEditing
from storefront.catalog.selectors.editing import HERE, rows_of

MAXIMUM_SIGNS = 400_000
MOST_DRAFTS = 10
KEPT = timedelta(days=30)
SEEN = timedelta(days=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page that somebody opened: of which product (None: a new one), who, and the names of this and of the earlier page
    whose draft was put back on it, empty where none was."""

    product_id: int | None
    actor: str
    name: str
    tab: str
    opened_at: datetime
    put_back: str = ""


def note_open(*, page: OpenPage, now: datetime) -> None:
    """Write down that somebody has the page open; one that was saved is left, whatever comes late from it."""
    with transaction.atomic():
        mine = rows_of(product_id=page.product_id, actor=page.actor)
        if not mine.filter(tab=page.tab, saved_at__isnull=False).exists():
            _write(page, {"seen_at": now})


def note_closed(*, page: OpenPage, now: datetime) -> None:
    """Write down that the page was left; what is kept of it stays."""
    rows_of(product_id=page.product_id, actor=page.actor).filter(tab=page.tab).update(seen_at=now - HERE)


def keep_draft(*, page: OpenPage, typed: Mapping[str, Sequence[str]], now: datetime) -> bool:
    """Keep what was typed on a page in place of what was kept of it before, and return whether anything is kept.

    What was put back on it is part of it from then on, and what other tabs hold stays theirs. `typed` is
    `{field: [as the page had it, as it was typed]}`.
    Raises: DraftRefused for more than 400,000 signs, for a page that was saved meanwhile, or where ten other drafts wait.
    """
    if len(json.dumps(typed, ensure_ascii=False)) > MAXIMUM_SIGNS:
        raise DraftRefused(_("This is too long to be kept as a draft. Save the product."))
    kept = {field: list(values) for field, values in typed.items()}
    with transaction.atomic():
        mine = rows_of(product_id=page.product_id, actor=page.actor)
        if mine.filter(tab=page.tab, saved_at__isnull=False).exists():
            raise DraftRefused(_("This page has been saved already. Load it again to go on."))
        _let_go(page)
        if kept and mine.filter(typed_at__isnull=False).exclude(tab=page.tab).count() >= MOST_DRAFTS:
            raise DraftRefused(_("Ten other tabs hold unsaved changes of this product. Save or discard one of them."))
        _write(page, {"seen_at": now, "typed": kept, "typed_at": now if kept else None})
    return bool(kept)


def drop_draft(*, page: OpenPage) -> None:
    """Throw away what was typed on a page, and what was put back on it."""
    with transaction.atomic():
        _let_go(page)
        rows_of(product_id=page.product_id, actor=page.actor).filter(tab=page.tab).update(typed={}, typed_at=None)


def close_draft(*, page: OpenPage, now: datetime) -> None:
    """Write down that somebody has saved what was typed on a page, and left it by that."""
    with transaction.atomic():
        _let_go(page)
        _write(page, {"seen_at": now - HERE, "typed": {}, "typed_at": None, "saved_at": now})


def purge_drafts(*, now: datetime) -> int:
    """Forget drafts after 30 days and who was there after one; return how many rows there were."""
    old = ProductEditing.objects.filter(typed_at=None, seen_at__lt=now - SEEN)
    count = old.delete()[0] + ProductEditing.objects.filter(typed_at__lt=now - KEPT).delete()[0]
    return int(count)


def _let_go(page: OpenPage) -> None:
    """Forget the draft that this page was opened with; what its own tab has typed since is another one."""
    rows = rows_of(product_id=page.product_id, actor=page.actor).filter(tab=page.put_back)
    rows.exclude(tab=page.tab).filter(typed_at__lte=page.opened_at).update(typed={}, typed_at=None)


def _write(page: OpenPage, columns: Mapping[str, object]) -> None:
    wanted = {"name": page.name, **columns}
    if not rows_of(product_id=page.product_id, actor=page.actor).filter(tab=page.tab).update(**wanted):
        ProductEditing.objects.bulk_create(
            [ProductEditing(product_id=page.product_id, actor=page.actor, tab=page.tab, **wanted)],
            ignore_conflicts=True,
        )
