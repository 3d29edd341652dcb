"""The tree of categories: grown, moved, cut; and what stands in it."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import IO, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from core.text import one_line
from storefront.catalog.errors import CategoryNotFound, CategoryRefused
from storefront.catalog.events import HandleChanged, ProductChanged
from storefront.catalog.locks import lock_category_tree, lock_products
from storefront.catalog.models import Category, Product
from storefront.catalog.services.handles import insert_with_handle, save_with_handle
from storefront.catalog.services.pictures import clear_picture, store_picture
from storefront.catalog.services.products import check_category
from storefront.catalog.services.text import sanitize_html

MAXIMUM_DEPTH = 6
MAXIMUM_CATEGORIES = 2000
TITLE_LENGTH = 120
SEO_TITLE_LENGTH, SEO_DESCRIPTION_LENGTH = 255, 500

Step = Literal["up", "down", "into", "out"]
Place = Literal["before", "after", "inside"]

logger = logging.getLogger(__name__)


def create_category(
    *, title: str, actor: str, now: datetime, description_html: str = "", parent_id: int | None = None
) -> Category:
    """Make a category as the last one under its parent, or at the root.

    Raises: CategoryNotFound, CategoryRefused for the title, more than six levels or 2,000 categories.
    """
    with transaction.atomic():
        lock_category_tree()
        parent = get_locked(parent_id) if parent_id is not None else None
        if parent is not None and parent.depth >= MAXIMUM_DEPTH:
            raise CategoryRefused(_("Categories go six levels deep. Put this one higher up."), field="parent")
        if Category.objects.count() >= MAXIMUM_CATEGORIES:
            raise CategoryRefused(_("A store has at most 2,000 categories."), field="title")
        row = Category(title=clean_title(title), description_html=sanitize_html(description_html))
        row.path, row.depth, row.numchild = _next_path(parent), parent.depth + 1 if parent else 1, 0
        insert_with_handle(row, title=row.title)
        if parent is not None:
            parent.numchild += 1
            parent.save(update_fields=["numchild"])
    logger.info("category %s made by %s", row.pk, actor)
    return row


def update_category(
    *,
    category_id: int,
    title: str,
    actor: str,
    now: datetime,
    description_html: str = "",
    handle: str = "",
    seo_title: str = "",
    seo_description: str = "",
    is_visible: bool = True,
) -> Category:
    """Write a category's words and whether shoppers see it; its place in the tree has services of its own.

    Raises: CategoryNotFound, CategoryRefused, HandleTaken.
    """
    with transaction.atomic():
        lock_category_tree()
        row = get_locked(category_id)
        before = row.title, row.is_visible
        row.title = clean_title(title)
        row.description_html = sanitize_html(description_html)
        row.seo_title = one_line(seo_title, limit=SEO_TITLE_LENGTH).strip()
        row.seo_description = one_line(seo_description, limit=SEO_DESCRIPTION_LENGTH).strip()
        row.is_visible = is_visible
        moved = save_with_handle(row, handle=handle)
        if moved is not None:
            publish(moved)
        if before != (row.title, row.is_visible):
            tell_of_goods(row)
    logger.info("category %s changed by %s", row.pk, actor)
    return row


def arrange_category(*, category_id: int, step: Step, actor: str, now: datetime) -> Category:
    """Move a category by one: up or down among its sisters, into the sister above it, or out beside its parent.

    At an end it stays. Raises: CategoryNotFound, CategoryRefused.
    """
    with transaction.atomic():
        lock_category_tree()
        row = get_locked(category_id)
        ways: dict[Step, tuple[Callable[[Category], Category | None], Place]] = {
            "up": (Category.objects.get_prev_sibling, "before"),
            "down": (Category.objects.get_next_sibling, "after"),
            "into": (Category.objects.get_prev_sibling, "inside"),
            "out": (Category.objects.get_parent, "after"),
        }
        find, place = ways[step]
        target = find(row)
        if target is None:
            return row
        return move_category(category_id=row.pk, target_id=target.pk, place=place, actor=actor, now=now)


def move_category(*, category_id: int, target_id: int | None, place: Place, actor: str, now: datetime) -> Category:
    """Move a category with all under it before, after or inside another one; inside None is the end of the root.

    Raises: CategoryNotFound, CategoryRefused for a place under itself or too deep.
    """
    with transaction.atomic():
        lock_category_tree()
        row = get_locked(category_id)
        target = get_locked(target_id) if target_id is not None else None
        if target is not None and (target.pk == row.pk or target.is_descendant_of(row)):
            raise CategoryRefused(_("A category cannot be moved under itself."), field="parent")
        deepest = max(Category.objects.filter(path__startswith=row.path).values_list("depth", flat=True)) - row.depth
        depth = (target.depth + (place == "inside") if target else 1) + deepest
        if depth > MAXIMUM_DEPTH:
            raise CategoryRefused(_("Categories go six levels deep. Put this one higher up."), field="parent")
        if target is None:
            last = Category.objects.get_last_root_node()
            if last is not None and last.pk != row.pk:
                Category.objects.move(row, last, "right")
        else:
            Category.objects.move(row, target, {"before": "left", "after": "right", "inside": "last-child"}[place])
        row = get_locked(category_id)
        tell_of_goods(row)
    logger.info("category %s moved by %s", row.pk, actor)
    return row


def delete_category(*, category_id: int, actor: str, now: datetime) -> Category | None:
    """Delete a category; its goods and the categories under it move to its parent, which is returned.

    Its address leads to the parent's from then on. Goods of a category at the root are in none.
    Raises: CategoryNotFound.
    """
    with transaction.atomic():
        lock_category_tree()
        row = get_locked(category_id)
        parent: Category | None = Category.objects.get_parent(row)
        products = _lock_goods([row.pk])
        Product.objects.filter(pk__in=products).update(category=parent, updated_at=now)
        for child in list(Category.objects.get_children(row)):
            Category.objects.move(get_locked(child.pk), get_locked(row.pk), "left")
        row = get_locked(category_id)
        cover = row.cover
        row.delete()
        if parent is not None:
            publish(HandleChanged(kind="category", old_handle=row.handle, new_handle=parent.handle))
        if products:
            publish(ProductChanged(tuple(products)))
        _clear_cover(cover)
    logger.info("category %s deleted by %s, %s products moved", category_id, actor, len(products))
    return parent


def set_category(*, product_ids: Iterable[int], category_id: int | None, actor: str, now: datetime) -> int:
    """Put products into a category, or into none, and return how many were elsewhere.

    Raises: CategoryNotFound.
    """
    with transaction.atomic():
        check_category(category_id)
        changed = [row.pk for row in lock_products(sorted(set(product_ids))) if row.category_id != category_id]
        Product.objects.filter(pk__in=changed).update(category=category_id, updated_at=now)
        if changed:
            publish(ProductChanged(tuple(changed)))
    logger.info("%s products put into category %s by %s", len(changed), category_id, actor)
    return len(changed)


def set_category_cover(*, category_id: int, file: IO[bytes] | None, actor: str, now: datetime) -> Category:
    """Give a category its picture, or take it away.

    Raises: CategoryNotFound, PictureRefused, StorageFull; it keeps the one it had then.
    """
    fresh = store_cover(file, folder="categories") if file else {}
    try:
        with transaction.atomic():
            lock_category_tree()
            row = get_locked(category_id)
            before, row.cover = row.cover, fresh
            row.save(update_fields=["cover"])
            _clear_cover(before)
    except Exception:
        if fresh:
            clear_picture(fresh["path"])
        raise
    logger.info("cover of category %s set by %s", category_id, actor)
    return row


def store_cover(file: IO[bytes], *, folder: str) -> dict[str, Any]:
    """Keep a picture and return it as `cover` columns hold it.

    Raises: PictureRefused, StorageFull.
    """
    path, width, height = store_picture(file, folder=folder)
    return {"path": path, "width": width, "height": height, "alt": ""}


def clean_title(title: str) -> str:
    """Return the title of a category or collection as it is kept.

    Raises: CategoryRefused.
    """
    text = " ".join(one_line(title).split())
    if not text:
        raise CategoryRefused(_("Give it a title."), field="title")
    if len(text) > TITLE_LENGTH:
        raise CategoryRefused(_("The title is too long: up to 120 characters."), field="title")
    return text


def get_locked(category_id: int) -> Category:
    """Return a category as it is now that the tree is locked.

    Raises: CategoryNotFound.
    """
    row: Category | None = Category.objects.filter(pk=category_id).first()
    if row is None:
        raise CategoryNotFound(_("This category is gone. Somebody may have deleted it a moment ago."))
    return row


def _next_path(parent: Category | None) -> str:
    """Return the path of a new last child. Treebeard's own `add_child` saves the row, before its handle is sure."""
    last = Category.objects.get_last_child(parent) if parent else Category.objects.get_last_root_node()
    if last is not None:
        return str(last._inc_path())
    return str(Category._get_path(parent.path if parent else "", parent.depth + 1 if parent else 1, 1))


def tell_of_goods(row: Category) -> None:
    """Tell of the goods in a branch that moved, has another name, or that shoppers see or not: they are found otherwise now."""
    branch = Category.objects.filter(path__startswith=row.path)
    ids = tuple(Product.objects.filter(category__in=branch).order_by("pk").values_list("pk", flat=True))
    if ids:
        publish(ProductChanged(ids))


def _lock_goods(category_ids: list[int]) -> list[int]:
    ids = list(Product.objects.filter(category_id__in=category_ids).values_list("pk", flat=True))
    return [row.pk for row in lock_products(sorted(ids))]


def _clear_cover(cover: dict[str, Any]) -> None:
    if cover.get("path"):
        transaction.on_commit(partial(clear_picture, cover["path"]))
