"""Addresses of goods, collections and categories: made from titles, changed, never shared."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from storefront.catalog.errors import HandleTaken
from storefront.catalog.events import HandleChanged
from storefront.catalog.models import Category, Collection, Product
from storefront.catalog.services.text import slugify_title

KINDS: dict[type[Any], str] = {Product: "product", Collection: "collection", Category: "category"}
_TAKEN: dict[type[Any], str | Promise] = {
    Product: _("“%(handle)s” is the address of another product. Choose another one."),
    Collection: _("“%(handle)s” is the address of another collection. Choose another one."),
    Category: _("“%(handle)s” is the address of another category. Choose another one."),
}
_ATTEMPTS = 5


def unique_handle(title: str, model: type[Any] = Product) -> str:
    """Return a handle made from the title that no row of the model has: `mug`, then `mug-2`, `mug-3`, ….

    Two callers at once may get the same one: `insert_with_handle` bears that.
    """
    base = slugify_title(title) or f"{KINDS[model]}-{new_token()[:8]}"
    taken = set(model._default_manager.filter(handle__startswith=base).values_list("handle", flat=True))
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def insert_with_handle(row: Any, *, title: str) -> None:
    """Save a new row under a handle made from the title; who comes second gets the next number.

    Raises: HandleTaken when others were quicker every time.
    """
    for _attempt in range(_ATTEMPTS):
        row.handle = unique_handle(title, type(row))
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if not type(row)._default_manager.filter(handle=row.handle).exists():
                raise
        else:
            return
    raise HandleTaken(_("Somebody else is making the same address. Try once more."), field="handle")


def clean_handle(handle: str, *, model: type[Any], except_id: int | None = None) -> str:
    """Return a typed handle as it is kept.

    Raises: HandleTaken when another row of the model has it or nothing is left of it.
    """
    clean = slugify_title(handle)
    if not clean:
        raise HandleTaken(_("Use letters, digits and hyphens for the address."), field="handle")
    if model._default_manager.filter(handle=clean).exclude(pk=except_id).exists():
        raise handle_taken(clean, model)
    return clean


def handle_taken(handle: str, model: type[Any]) -> HandleTaken:
    """Return the refusal of a handle that another row has."""
    return HandleTaken(str(_TAKEN[model]) % {"handle": handle}, field="handle")


def save_with_handle(row: Any, *, handle: str) -> HandleChanged | None:
    """Save a row with a typed handle, and return the event to publish where it is another one; empty keeps what it has.

    Raises: HandleTaken, also when somebody took it a moment ago.
    """
    before = row.handle
    if handle:
        row.handle = clean_handle(handle, model=type(row), except_id=row.pk)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if type(row)._default_manager.filter(handle=row.handle).exclude(pk=row.pk).exists():
            raise handle_taken(row.handle, type(row)) from error
        raise
    if row.handle == before:
        return None
    return HandleChanged(kind=KINDS[type(row)], old_handle=before, new_handle=row.handle)
