"""Collections: made, described, ordered, deleted."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any, Literal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.events import publish
from core.tenancy import current_tenant
from core.text import one_line
from storefront.catalog.enums import Match
from storefront.catalog.errors import CategoryRefused, CollectionRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_collection, lock_collections
from storefront.catalog.models import Collection, CollectionProduct
from storefront.catalog.rules import clean_rules, is_sound, read_vocabulary
from storefront.catalog.selectors import SORTS
from storefront.catalog.services.categories import clean_title, store_cover
from storefront.catalog.services.collections.filling import start_filling
from storefront.catalog.services.handles import insert_with_handle, save_with_handle
from storefront.catalog.services.pictures import clear_picture
from storefront.catalog.services.text import sanitize_html

MAXIMUM_COLLECTIONS = 1000
BY_HAND = "manual"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CollectionDraft:
    """A collection as its page has it. `rules` as in `rules.clean_rules`; `sort` is `manual` or a key of `SORTS`."""

    title: str
    description_html: str = ""
    handle: str = ""
    is_visible: bool = True
    rules: Sequence[Mapping[str, Any]] = ()
    match: str = Match.ALL
    sort: str = "best"
    seo_title: str = ""
    seo_description: str = ""


def create_collection(
    *,
    title: str,
    is_automatic: bool,
    actor: str,
    now: datetime,
    description_html: str = "",
    kept_rules: Sequence[Mapping[str, Any]] = (),
    match: str = Match.ALL,
) -> Collection:
    """Make a collection as the last one: empty, or filled by rules as another collection has kept them.

    Raises: CollectionRefused.
    """
    with transaction.atomic():
        if Collection.objects.count() >= MAXIMUM_COLLECTIONS:
            raise CollectionRefused(_("A store has at most 1,000 collections."), field="title")
        last = Collection.objects.aggregate(last=Max("position"))["last"] or 0
        row = Collection(
            title=_title(title),
            description_html=sanitize_html(description_html),
            is_automatic=is_automatic,
            position=last + 1,
            sort="best" if is_automatic else BY_HAND,
            rules=[dict(rule) for rule in kept_rules if is_automatic and is_sound(rule)],
            match=Match(match) if match in Match.values else Match.ALL,
        )
        insert_with_handle(row, title=row.title)
        if row.rules:
            start_filling(collection=row, actor=actor, now=now)
    logger.info("collection %s made by %s", row.pk, actor)
    return row


def update_collection(*, collection_id: int, draft: CollectionDraft, actor: str, now: datetime) -> Collection:
    """Write all that a collection's page holds; changed rules are carried out at once or, in a large store, by a job.

    Raises: CollectionNotFound, CollectionRefused, HandleTaken.
    """
    with transaction.atomic():
        row = lock_collection(collection_id)
        row.title = _title(draft.title)
        row.description_html = sanitize_html(draft.description_html)
        row.seo_title = one_line(draft.seo_title, limit=255).strip()
        row.seo_description = one_line(draft.seo_description, limit=500).strip()
        row.is_visible = draft.is_visible
        row.sort = _sort(row, draft.sort)
        before = (row.rules, row.match)
        if row.is_automatic:
            row.rules = clean_rules(draft.rules, read_vocabulary(current_tenant().currency))
            row.match = Match(draft.match) if draft.match in Match.values else Match.ALL
        moved = save_with_handle(row, handle=draft.handle)
        if moved is not None:
            publish(moved)
        if (row.rules, row.match) != before:
            start_filling(collection=row, actor=actor, now=now)
    logger.info("collection %s changed by %s", row.pk, actor)
    return row


def reword_collection(
    *,
    collection_id: int,
    title: str,
    description_html: str,
    handle: str,
    seo_title: str,
    seo_description: str,
    is_visible: bool,
    actor: str,
    now: datetime,
) -> Collection:
    """Write a collection's words and whether shoppers see it; what fills it and how it is sorted stay.

    Raises: CollectionNotFound, CollectionRefused, HandleTaken.
    """
    with transaction.atomic():
        row = lock_collection(collection_id)
        row.title = _title(title)
        row.description_html = sanitize_html(description_html)
        row.seo_title = one_line(seo_title, limit=255).strip()
        row.seo_description = one_line(seo_description, limit=500).strip()
        row.is_visible = is_visible
        moved = save_with_handle(row, handle=handle)
        if moved is not None:
            publish(moved)
    logger.info("words of collection %s changed by %s", row.pk, actor)
    return row


def delete_collection(*, collection_id: int, actor: str, now: datetime) -> str:
    """Delete a collection and return its title; its goods stay.

    Raises: CollectionNotFound.
    """
    with transaction.atomic():
        row = lock_collection(collection_id)
        ids = tuple(
            CollectionProduct.objects.filter(collection=row).order_by("product_id").values_list("product_id", flat=True)
        )
        cover = row.cover
        row.delete()
        if ids:
            publish(ProductChanged(ids))
        if cover.get("path"):
            transaction.on_commit(partial(clear_picture, cover["path"]))
    logger.info("collection %s deleted by %s", collection_id, actor)
    return row.title


def arrange_collection(*, collection_id: int, step: Literal["up", "down"], actor: str, now: datetime) -> None:
    """Move a collection one place among the others; at an end it stays.

    Raises: CollectionNotFound.
    """
    with transaction.atomic():
        rows = lock_collections()
        here = next((place for place, row in enumerate(rows) if row.pk == collection_id), None)
        if here is None:
            lock_collection(collection_id)
            return
        there = min(max(here + (-1 if step == "up" else 1), 0), len(rows) - 1)
        rows.insert(there, rows.pop(here))
        changed = [row for place, row in enumerate(rows, start=1) if row.position != place]
        for place, row in enumerate(rows, start=1):
            row.position = place
        Collection.objects.bulk_update(changed, ["position"])
    logger.info("collection %s moved by %s", collection_id, actor)


def set_collection_cover(*, collection_id: int, file: IO[bytes] | None, actor: str, now: datetime) -> Collection:
    """Give a collection its picture, or take it away.

    Raises: CollectionNotFound, PictureRefused, StorageFull; it keeps the one it had then.
    """
    fresh = store_cover(file, folder="collections") if file else {}
    try:
        with transaction.atomic():
            row = lock_collection(collection_id)
            before, row.cover = row.cover, fresh
            row.save(update_fields=["cover"])
            if before.get("path"):
                transaction.on_commit(partial(clear_picture, before["path"]))
    except Exception:
        if fresh:
            clear_picture(fresh["path"])
        raise
    logger.info("cover of collection %s set by %s", collection_id, actor)
    return row


def _title(title: str) -> str:
    try:
        return clean_title(title)
    except CategoryRefused as error:
        raise CollectionRefused(error.message, field="title") from error


def _sort(row: Collection, sort: str) -> str:
    allowed = {*SORTS, *(() if row.is_automatic else (BY_HAND,))}
    return sort if sort in allowed else row.sort
