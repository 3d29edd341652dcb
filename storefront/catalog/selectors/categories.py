"""The tree of categories, as merchants keep it and shoppers walk it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from storefront.catalog.errors import CategoryNotFound
from storefront.catalog.models import Category, Product


@dataclass(slots=True)
class Branch:
    """A category in the merchant's list. `own_count` are goods in it, `total_count` with all that is under it."""

    id: int
    title: str
    handle: str
    depth: int
    is_visible: bool
    parent_id: int | None
    own_count: int = 0
    total_count: int = 0
    is_first: bool = True
    is_last: bool = True
    children: list["Branch"] = field(default_factory=list)

    @property
    def indent(self) -> int:
        return self.depth - 1


def list_branches() -> list[Branch]:
    """Return the whole tree in reading order, with counts of goods, in two queries."""
    counts = dict(Product.objects.exclude(category=None).values_list("category").annotate(count=Count("pk")).order_by())
    found: list[Branch] = []
    above: list[Branch] = []
    roots: list[Branch] = []
    columns = ("pk", "title", "handle", "depth", "is_visible")
    for pk, title, handle, depth, is_visible in Category.objects.values_list(*columns):
        del above[depth - 1 :]
        parent = above[-1] if above else None
        branch = Branch(pk, title, handle, depth, is_visible, parent.id if parent else None, counts.get(pk, 0))
        sisters = parent.children if parent else roots
        if sisters:
            sisters[-1].is_last = False
            branch.is_first = False
        sisters.append(branch)
        above.append(branch)
        for one in above:
            one.total_count += branch.own_count
        found.append(branch)
    return found


def list_category_choices() -> list[tuple[int, str]]:
    """Return (id, “Tableware › Mugs”) of every category in reading order, in one query."""
    trail: list[str] = []
    choices = []
    for pk, title, depth in Category.objects.values_list("pk", "title", "depth"):
        trail[depth - 1 :] = [title]
        choices.append((pk, " › ".join(trail)))
    return choices


def get_category_by_id(category_id: int) -> Category:
    """Return a category in whatever state it is, for the merchant.

    Raises: CategoryNotFound.
    """
    row: Category | None = Category.objects.filter(pk=category_id).first()
    if row is None:
        raise CategoryNotFound(_("There is no such category. It may have been deleted."))
    return row


def get_category(handle: str) -> Category:
    """Return a category that shoppers may see: it and all above it are visible.

    Raises: CategoryNotFound.
    """
    row: Category | None = Category.objects.filter(handle=handle, is_visible=True).first()
    if row is None or any(not one.is_visible for one in list_ancestors(row)):
        raise CategoryNotFound(_("There is no such category."))
    return row


def list_ancestors(category: Category) -> list[Category]:
    """Return what a category stands under, from the root down, without itself: the trail of a breadcrumb."""
    paths = [category.path[:length] for length in range(Category.steplen, len(category.path), Category.steplen)]
    return list(Category.objects.filter(path__in=paths)) if paths else []


def list_children(category: Category | None = None, *, is_visible: bool = True) -> list[Category]:
    """Return the categories right under one, or at the root, in order; those that shoppers see unless told otherwise."""
    rows = Category.objects.filter(depth=category.depth + 1 if category else 1)
    if category is not None:
        rows = rows.filter(path__startswith=category.path)
    return list(rows.filter(is_visible=True) if is_visible else rows)


def list_subtree_ids(category: Category, *, is_visible: bool = True) -> list[int]:
    """Return the ids of a category and all under it; branches that shoppers do not see are left out with all they hold."""
    found: list[int] = []
    hidden: str | None = None
    rows: Any = Category.objects.filter(path__startswith=category.path).values_list("pk", "path", "is_visible")
    for pk, path, shown in rows:
        if hidden is not None and path.startswith(hidden):
            continue
        hidden = None if shown or not is_visible or path == category.path else path
        if hidden is None:
            found.append(pk)
    return found
