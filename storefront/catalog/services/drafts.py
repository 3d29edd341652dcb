"""What is typed on a product's page, kept until it is saved or thrown away, and who has the page open."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.catalog.errors import DraftRefused
from storefront.catalog.models import ProductEditing
from storefront.catalog.selectors.editing import rows_of

MAXIMUM_SIGNS = 400_000
KEPT = timedelta(days=30)
SEEN = timedelta(days=1)

logger = logging.getLogger(__name__)


def note_open(*, product_id: int | None, actor: str, name: str, now: datetime) -> None:
    """Write down that somebody has the page open."""
    with transaction.atomic():
        _write(product_id, actor, {"name": name, "seen_at": now})


def keep_draft(
    *,
    product_id: int | None,
    typed: Mapping[str, Sequence[str]],
    opened_at: datetime,
    actor: str,
    name: str,
    now: datetime,
) -> None:
    """Keep what was typed, in place of what was kept before; nothing typed forgets it.

    What comes late from a page that was saved since it was opened is left. `typed` is `{field: [as the page had it, as it was
    typed]}`. Raises: DraftRefused for more than 400,000 signs.
    """
    if len(json.dumps(typed, ensure_ascii=False)) > MAXIMUM_SIGNS:
        raise DraftRefused(_("This is too long to be kept as a draft. Save the product."))
    kept = {field: list(values) for field, values in typed.items()}
    with transaction.atomic():
        mine = rows_of(product_id=product_id, actor=actor)
        if not mine.filter(saved_at__gte=opened_at).exists():
            _write(product_id, actor, {"name": name, "seen_at": now, "typed": kept, "typed_at": now if kept else None})


def drop_draft(*, product_id: int | None, actor: str) -> None:
    """Throw away what somebody typed and did not save."""
    with transaction.atomic():
        rows_of(product_id=product_id, actor=actor).update(typed={}, typed_at=None)


def close_draft(*, product_id: int | None, actor: str, name: str, now: datetime) -> None:
    """Write down that somebody has saved what was typed."""
    with transaction.atomic():
        _write(product_id, actor, {"name": name, "seen_at": now, "typed": {}, "typed_at": None, "saved_at": now})


def purge_drafts(*, now: datetime) -> int:
    """Forget drafts after 30 days and who was there after one; return how many rows there were."""
    old = ProductEditing.objects.filter(typed_at=None, seen_at__lt=now - SEEN)
    count = old.delete()[0] + ProductEditing.objects.filter(typed_at__lt=now - KEPT).delete()[0]
    return int(count)


def _write(product_id: int | None, actor: str, columns: Mapping[str, object]) -> None:
    if not rows_of(product_id=product_id, actor=actor).update(**columns):
        ProductEditing.objects.bulk_create(
            [ProductEditing(product_id=product_id, actor=actor, **columns)], ignore_conflicts=True
        )
